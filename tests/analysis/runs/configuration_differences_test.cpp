#include "analysis/runs/configuration_differences.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/analysis/example_study.hpp"

namespace batchscope::tests_of_configuration_differences {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}

AnalyzedRun run_with(std::int64_t batch_size, std::uint64_t seed, const std::string& from = "",
                     const std::string& to = "") {
    RunRecord record = study_run(batch_size, seed);
    record.configuration = replaced(record.configuration, from, to);
    return make_run(study_file(record), record);
}

TEST(FlattenConfiguration, GivesEveryKeyPathWithItsValue) {
    EXPECT_EQ(flatten_configuration("a: 1\nb: {c: [1, 2], d: {e: x}}\n"),
              (std::map<std::string, std::string>{{"a", "1"}, {"b.c", "[1, 2]"}, {"b.d.e", "x"}}));
    EXPECT_TRUE(flatten_configuration("a: [").empty());
    EXPECT_TRUE(flatten_configuration("").empty());
}

TEST(SeparateConfigurations, LeavesRunsThatDifferInSeedAndAxesAlone) {
    std::vector<AnalyzedRun> runs{run_with(64, 1), run_with(64, 23), run_with(128, 1)};
    EXPECT_TRUE(separate_configurations(runs).empty());
    EXPECT_EQ(runs[0].axes.size(), 1U);
}

TEST(SeparateConfigurations, KeepsAnEditedStudyApart) {
    std::vector<AnalyzedRun> runs{run_with(64, 1), run_with(64, 2, "epochs: 2", "epochs: 5"),
                                  run_with(128, 1)};
    EXPECT_EQ(separate_configurations(runs), std::set<std::string>{"training.budget.epochs"});
    EXPECT_EQ(runs[0].axes.at("training.budget.epochs"), AttributeValue{std::int64_t{2}});
    EXPECT_EQ(runs[1].axes.at("training.budget.epochs"), AttributeValue{std::int64_t{5}});
    EXPECT_EQ(runs[2].axes.at("training.budget.epochs"), AttributeValue{std::int64_t{2}});
}

TEST(SeparateConfigurations, SeesAKeyThatOnlyOneRunHas) {
    std::vector<AnalyzedRun> runs{run_with(64, 1),
                                  run_with(64, 2, "  budget:", "  precision: float64\n  budget:")};
    EXPECT_EQ(separate_configurations(runs), std::set<std::string>{"training.precision"});
    EXPECT_EQ(runs[0].axes.at("training.precision"), AttributeValue{std::string{}});
}

TEST(SeparateConfigurations, SeesAnotherSplitSeed) {
    std::vector<AnalyzedRun> runs{run_with(64, 1),
                                  run_with(64, 2, "split_seed: 0", "split_seed: 1")};
    EXPECT_EQ(separate_configurations(runs), std::set<std::string>{"data.split_seed"});
}

TEST(SeparateConfigurations, IgnoresWhatDoesNotChangeTheMetrics) {
    std::vector<AnalyzedRun> runs{
        run_with(64, 1),
        run_with(64, 2, "data:", "output:\n  weights: none\ndata:\n  directory: /b")};
    EXPECT_TRUE(separate_configurations(runs).empty());
}

TEST(SeparateConfigurations, FillsAnAxisThatOlderFilesLack) {
    std::vector<AnalyzedRun> runs{run_with(64, 1), run_with(64, 2)};
    runs[1].axes["training.budget.epochs"] = std::int64_t{2};
    EXPECT_TRUE(separate_configurations(runs).empty());
    EXPECT_EQ(runs[0].axes, runs[1].axes);
}

TEST(SeparateConfigurations, SaysNothingOfRunsWithoutAConfiguration) {
    std::vector<AnalyzedRun> runs{run_with(64, 1), run_with(64, 2)};
    runs[1].configuration.clear();
    EXPECT_TRUE(separate_configurations(runs).empty());
}

}  // namespace
}  // namespace batchscope::tests_of_configuration_differences
