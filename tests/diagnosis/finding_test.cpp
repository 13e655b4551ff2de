#include "diagnosis/finding.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace batchscope::tests_of_finding {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

TEST(Finding, EndsInItsOutcomeAtThePagesEdge) {
    const std::string line = finding_text(passed("every rank has the same CPU model"));
    EXPECT_EQ(line.size(), 80U);
    EXPECT_EQ(line.find("every rank has the same CPU model ..."), 0U);
    EXPECT_EQ(line.substr(76), ". ok");
    EXPECT_TRUE(finding_text(not_checked("clocks")).ends_with(". not checked"));
}

TEST(Finding, WrapsLongTextAndKeepsEveryWord) {
    std::string what;
    std::string remedy;
    for (int i = 0; i < 40; ++i) {
        what += " seen" + std::to_string(i);
        remedy += " do" + std::to_string(i);
    }
    const std::string text = finding_text(failed(what, remedy));
    const auto lines = lines_of(text);
    ASSERT_GT(lines.size(), 5U);
    std::size_t outcomes = 0;
    for (const auto& line : lines) {
        EXPECT_LE(line.size(), 80U) << line;
        outcomes += line.ends_with(" FAILED") ? 1 : 0;
    }
    EXPECT_EQ(outcomes, 1U);
    for (int i = 0; i < 40; ++i) {
        EXPECT_NE(text.find("seen" + std::to_string(i)), std::string::npos);
        EXPECT_NE(text.find("do" + std::to_string(i)), std::string::npos);
    }
    EXPECT_NE(text.find("\n  remedy: do0 do1"), std::string::npos) << text;
}

TEST(Finding, AWordLongerThanThePageIsNotCut) {
    const std::string path(120, 'p');
    const std::string text = finding_text(failed("cannot write " + path, "free space"));
    const auto lines = lines_of(text);
    ASSERT_EQ(lines.size(), 4U) << text;
    EXPECT_EQ(lines[1], "  " + path);
    EXPECT_EQ(lines[2].size(), 80U);
    EXPECT_TRUE(lines[2].ends_with(". FAILED")) << text;
}

TEST(Finding, AnEmptyRemedyPrintsNoLine) {
    EXPECT_EQ(lines_of(finding_text(passed("x"))).size(), 1U);
}

TEST(Verdict, WarningsAndWhatWasNotCheckedDoNotStopTraining) {
    const std::vector<Finding> findings{passed("a"), warned("b", "c"), not_checked("d"),
                                        not_checked("e")};
    EXPECT_EQ(exit_code_of(findings), ExitCode::success);
    EXPECT_EQ(verdict_text(findings),
              "Verdict: ok to train here (0 failed, 1 warning, 2 not checked)");
}

TEST(Verdict, OneFailureDoes) {
    const std::vector<Finding> findings{passed("a"), failed("b", "c"), warned("d", "e"),
                                        warned("f", "g")};
    EXPECT_EQ(exit_code_of(findings), ExitCode::environment);
    EXPECT_EQ(verdict_text(findings),
              "Verdict: FAILED, do not train here yet (1 failed, 2 warnings, 0 not checked)");
}

}  // namespace
}  // namespace batchscope::tests_of_finding
