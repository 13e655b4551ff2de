#include "analysis/command_line.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace batchscope::tests_of_command_line {
namespace {

AnalysisOptions parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "batchscope-analyze");
    return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

std::string error_of(const std::vector<const char*>& arguments) {
    try {
        (void)parse(arguments);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::configuration);
        return error.what();
    }
    return {};
}

TEST(CommandLine, TakesPathsAndOptionsInAnyOrder) {
    const AnalysisOptions options =
        parse({"a.h5", "--output", "out", "b", "--confidence=0.9", "c d.h5"});
    EXPECT_EQ(options.paths, (std::vector<std::filesystem::path>{"a.h5", "b", "c d.h5"}));
    EXPECT_EQ(options.output, "out");
    EXPECT_EQ(options.questions.margins.confidence, 0.9);
}

TEST(CommandLine, HasDefaults) {
    const AnalysisOptions options = parse({"a"});
    EXPECT_EQ(options.output, "report");
    EXPECT_EQ(options.questions.margins.confidence, 0.95);
}

TEST(CommandLine, NamesTheNearestOption) {
    EXPECT_NE(error_of({"a", "--outptu", "b"}).find("did you mean --output?"), std::string::npos);
    EXPECT_NE(error_of({"a", "--confidance", "0.9"}).find("--confidence"), std::string::npos);
    EXPECT_NE(error_of({"a", "--out", "b"}), "");
    EXPECT_NE(error_of({"a", "-x"}), "");
}

TEST(CommandLine, RefusesAWrongConfidence) {
    for (const char* value : {"0", "1", "95", "-0.5", "nan", "high", ""}) {
        EXPECT_NE(error_of({"a", "--confidence", value}), "") << value;
    }
}

TEST(CommandLine, RefusesARepeatedOptionAndMissingPaths) {
    EXPECT_NE(error_of({"a", "--output", "b", "--output", "c"}), "");
    EXPECT_NE(error_of({"a", "--output"}), "");
    EXPECT_NE(error_of({}), "");
}

TEST(CommandLine, HelpAndVersionNeedNoPath) {
    EXPECT_TRUE(parse({"--help"}).help);
    EXPECT_TRUE(parse({"--version"}).version);
    EXPECT_NE(help_text().find("--confidence"), std::string::npos);
}

}  // namespace
}  // namespace batchscope::tests_of_command_line
