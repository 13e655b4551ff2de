#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "config/grid.hpp"
#include "core/error.hpp"

namespace batchscope::tests_of_command_line {
namespace {

using Indices = std::vector<std::int64_t>;

TEST(TaskList, TakesIndicesAndRanges) {
    EXPECT_EQ(parse_task_list("0", 1), (Indices{0}));
    EXPECT_EQ(parse_task_list("0,3,7-9", 10), (Indices{0, 3, 7, 8, 9}));
    EXPECT_EQ(parse_task_list("9,0-2,1,9", 10), (Indices{0, 1, 2, 9}));
    EXPECT_EQ(parse_task_list("4-4", 5), (Indices{4}));
}

TEST(TaskList, RefusesEverythingElse) {
    for (const char* text : {"",
                             ",",
                             "0,",
                             ",0",
                             "0,,1",
                             "10",
                             "0-10",
                             "9-7",
                             "-1",
                             "1-",
                             "-",
                             "a",
                             "1-b",
                             "0x1",
                             "1.0",
                             "1 2",
                             " 1",
                             "+1",
                             "1--2",
                             "1-2-3",
                             "99999999999999999999",
                             "0-99999999999999999999",
                             "1:3",
                             "0-9%2"}) {
        try {
            (void)parse_task_list(text, 10);
            ADD_FAILURE() << "accepted: " << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ExitCode::configuration);
            EXPECT_EQ(error.problem().find("--task " + std::string{text}), 0U) << error.what();
        }
    }
}

TEST(ParseOverride, SplitsAtTheFirstEqualsSign) {
    const Override plain = parse_override("training.batch_size=[64,128]");
    EXPECT_EQ(plain.key, "training.batch_size");
    EXPECT_EQ(plain.value, "[64,128]");
    EXPECT_EQ(parse_override("data.directory=/a=b").value, "/a=b");
    EXPECT_EQ(parse_override(" study = x y ").key, "study");
    EXPECT_EQ(parse_override(" study = x y ").value, "x y");
    EXPECT_EQ(parse_override("study=").value, "");
    for (const char* text : {"", "study", "=5", "  =5"}) {
        EXPECT_THROW((void)parse_override(text), Error) << text;
    }
}

}  // namespace
}  // namespace batchscope::tests_of_command_line
