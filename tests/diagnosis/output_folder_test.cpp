#include "diagnosis/output_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace batchscope::tests_of_output_folder {
namespace {

namespace fs = std::filesystem;

class OutputFolder : public ::testing::Test {
  protected:
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }

    static std::vector<Finding> check(const fs::path& output) {
        SerialCommunicator alone;
        TemporaryPaths temporary;
        return check_output_folder(output, alone, temporary);
    }

    const fs::path folder = fs::path(::testing::TempDir()) / "output_folder";
};

bool mentions(const std::vector<Finding>& findings, Outcome outcome, const std::string& text) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
        return finding.outcome == outcome && finding.what.find(text) != std::string::npos;
    });
}

TEST_F(OutputFolder, AGoodOnePassesAndIsLeftAsItWas) {
    std::ofstream(folder / "result.h5") << "x";
    const auto findings = check(folder);
    EXPECT_EQ(exit_code_of(findings), ExitCode::success);
    EXPECT_TRUE(mentions(findings, Outcome::ok, "a second writer is refused"));
    EXPECT_TRUE(mentions(findings, Outcome::ok, "create, sync and rename"));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
}

TEST_F(OutputFolder, AMissingOneIsMadeAndTakenAwayAgain) {
    EXPECT_EQ(exit_code_of(check(folder / "new" / "deep")), ExitCode::success);
    EXPECT_TRUE(fs::is_empty(folder));
    EXPECT_EQ(exit_code_of(check(folder / "slash" / "")), ExitCode::success);
    EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(OutputFolder, OneThatCannotBeMadeFailsWithTheReason) {
    std::ofstream(folder / "file") << "x";
    const auto findings = check(folder / "file" / "inside");
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_TRUE(mentions(findings, Outcome::failed, "Not a directory"));
    EXPECT_NE(findings[0].remedy.find("--output"), std::string::npos);
}

TEST_F(OutputFolder, FreeSpaceHasThreeAnswers) {
    EXPECT_EQ(judge_free_space({std::int64_t{1} << 40, 1'000'000})[0].outcome, Outcome::ok);
    EXPECT_EQ(judge_free_space({std::int64_t{500} << 20, 1'000'000})[0].outcome, Outcome::warning);
    EXPECT_EQ(judge_free_space({1000, 1'000'000})[0].outcome, Outcome::failed);
    EXPECT_EQ(judge_free_space({std::int64_t{1} << 40, 5})[1].outcome, Outcome::failed);
    EXPECT_EQ(judge_free_space({std::int64_t{1} << 40, {}}).size(), 1U) << "no limit on files";
}

TEST_F(OutputFolder, SlownessIsAWarning) {
    EXPECT_EQ(judge_visibility(0.3).outcome, Outcome::ok);
    EXPECT_EQ(judge_visibility(12.0).outcome, Outcome::warning);
    EXPECT_EQ(judge_write_speed(100'000'000, 1.0).outcome, Outcome::ok);
    EXPECT_EQ(judge_write_speed(10'000'000, 1.0).outcome, Outcome::warning);
}

}  // namespace
}  // namespace batchscope::tests_of_output_folder
