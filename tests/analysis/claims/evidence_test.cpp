#include "analysis/claims/evidence.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_evidence {
namespace {

std::vector<std::int64_t> batch_sizes(const std::vector<const Arm*>& arms) {
    std::vector<std::int64_t> sizes;
    for (const Arm* arm : arms) {
        sizes.push_back(arm->batch_size);
    }
    return sizes;
}

TEST(JudgedArms, KeepWhatWasLostAndLeaveOutWhatDidNotEnd) {
    MadeUpStudy study;
    study.add(16, 1);
    study.add(64, 1).status = RunStatus::diverged;
    study.add(128, 1).collapsed = true;
    study.add(256, 1).status = RunStatus::running;
    study.add(512, 1).status = RunStatus::failed;
    study.add(1024, 1).status = RunStatus::stopped;
    const Recipe recipe = recipes_of(study.summary()).front();
    EXPECT_EQ(batch_sizes(judged_arms(recipe)), (std::vector<std::int64_t>{16, 64, 128, 512}));
}

TEST(ComparedGroups, HaveTheSeedsThatAllTheirBatchSizesShare) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.8}, {256, 0.8}}, 4);
    add_accuracies(study, {{32, 0.8}}, 3);
    add_accuracies(study, {{64, 0.8}}, 1);  // in no group
    const Recipe recipe = recipes_of(study.summary()).front();
    const ComparedGroups compared = compared_groups(recipe, {{"small", {1, 32}}, {"large", {256}}});
    EXPECT_FALSE(compared.missing.has_value());
    EXPECT_EQ(compared.seeds, (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_EQ(batch_sizes(compared.groups[0].arms), (std::vector<std::int64_t>{16, 32}));
    EXPECT_EQ(batch_sizes(arms_of(compared.groups)), (std::vector<std::int64_t>{16, 32, 256}));
}

TEST(MeanBySeed, OfAnUnknownMetricIsUnknownForThatSeed) {
    MadeUpStudy study;
    for (const std::uint64_t seed : {1U, 2U}) {
        study.add(16, seed).history.test_accuracy.back() = 0.8;
        study.add(32, seed).history.test_accuracy.back() = seed == 2 ? unknown : 0.6;
    }
    const Recipe recipe = recipes_of(study.summary()).front();
    const BySeed means = mean_by_seed(judged_arms(recipe), {1, 2}, [](const AnalyzedRun& run) {
        return run.history.test_accuracy.back();
    });
    EXPECT_DOUBLE_EQ(means.at(1), 0.7);
    EXPECT_TRUE(std::isnan(means.at(2)));
    EXPECT_EQ(comparison_of(means, 0, 0.95).n, 1);
    EXPECT_DOUBLE_EQ(comparison_of(means, 0.5, 0.95).mean, 0.2);
}

TEST(PerformanceOf, IsOnTheSplitThatIsNamed) {
    MadeUpStudy study;
    study.add(16, 1);
    const Recipe recipe = recipes_of(study.summary()).front();
    const Margins margins;
    const ClaimInputs inputs;
    const Performance test = performance_of({recipe, "test", margins, inputs}, {});
    EXPECT_EQ(test.of(*recipe.arms[0].runs.at(1)), 0.8);
    EXPECT_EQ(test.margin, margins.accuracy);
    const Performance validation = performance_of({recipe, "validation", margins, inputs}, 0.01);
    EXPECT_EQ(validation.of(*recipe.arms[0].runs.at(1)), 0.85);
    EXPECT_EQ(validation.margin, 0.01);
}

}  // namespace
}  // namespace batchscope::tests_of_evidence
