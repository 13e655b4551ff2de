#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "config/grid.hpp"
#include "core/error.hpp"
#include "study/study_schema.hpp"

namespace batchscope {

inline Study parse(const std::string& text, const std::vector<std::string>& overrides = {}) {
    std::vector<Override> parsed;
    for (const std::string& override_text : overrides) {
        parsed.push_back(parse_override(override_text));
    }
    return parse_study(study_schema(), text, "studies/a.yaml", parsed);
}

/// The message with which a study is refused; a failure of the test if it is accepted or if the
/// code is not that of a wrong configuration.
inline std::string refusal_of(const std::string& text,
                              const std::vector<std::string>& overrides = {}) {
    try {
        (void)parse(text, overrides);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::configuration) << error.what();
        EXPECT_FALSE(error.remedy().empty()) << error.what();
        return error.what();
    }
    ADD_FAILURE() << "accepted:\n" << text;
    return {};
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace batchscope

#define EXPECT_CONTAINS(text, part) EXPECT_PRED2(batchscope::contains, text, part)
