#include "analysis/questions/gap.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope::tests_of_gap {
namespace {

TEST(GapsOf, AreTestLossLessTrainLossAndTrainAccuracyLessTestAccuracy) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        study.add(16, seed).history.test_loss.back() = 0.7 + 0.01 * static_cast<double>(seed);
        study.add(64, seed).history.test_loss.back() = 0.9 + 0.01 * static_cast<double>(seed);
    }
    const auto gaps = gaps_of(recipes_of(study.summary())[0], "test", 0.95);
    ASSERT_EQ(gaps.front().budget.moment, Moment::end);
    ASSERT_EQ(gaps.front().arms.size(), 2U);
    EXPECT_NEAR(gaps.front().arms[0].loss.mean, 0.22, 1e-12);
    EXPECT_NEAR(gaps.front().arms[0].accuracy.mean, 0.1, 1e-12);
    EXPECT_EQ(gaps.front().arms[0].loss_against_reference.n, 0);
    EXPECT_NEAR(gaps.front().arms[1].loss_against_reference.mean, 0.2, 1e-12);
    EXPECT_EQ(gaps.front().arms[1].loss_against_reference.n, 3);
}

TEST(GapsOf, OfTheValidationSplitWhereThereIsNoTestSplit) {
    MadeUpStudy study;
    study.add(16, 1);
    EXPECT_NEAR(gaps_of(recipes_of(study.summary())[0], "validation", 0.95)[0].arms[0].loss.mean,
                0.1, 1e-12);
}

TEST(GapsOf, ASmallerGapOfWorseMetricsIsMarkedAsUnderfitting) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        study.add(16, seed);  // train 0.9, test 0.8
        AnalyzedRun& less_trained = study.add(1024, seed);
        const double noise = 0.001 * static_cast<double>(seed);
        less_trained.history.train_accuracy.back() = 0.7 + noise;
        less_trained.history.test_accuracy.back() = 0.69 + noise;
        AnalyzedRun& better = study.add(64, seed);
        better.history.train_accuracy.back() = 0.88;
        better.history.test_accuracy.back() = 0.82;
    }
    const auto arms = gaps_of(recipes_of(study.summary())[0], "test", 0.95).front().arms;
    EXPECT_FALSE(arms[0].underfits);
    EXPECT_FALSE(arms[1].underfits) << "worse in training, better out of sample";
    EXPECT_TRUE(arms[2].underfits);
}

std::vector<const Arm*> arms_of(const Recipe& recipe) {
    std::vector<const Arm*> arms;
    for (const Arm& arm : recipe.arms) {
        arms.push_back(&arm);
    }
    return arms;
}

TEST(MatchedGap, IsTakenWhereAllRunsHaveTheSameTrainLoss) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        AnalyzedRun& small = study.add(16, seed);
        small.history.train_loss = {2.0, 0.2};
        small.history.test_loss = {2.0, 0.8};
        AnalyzedRun& large = study.add(1024, seed);
        large.history.train_loss = {2.0, 1.0};
        large.history.test_loss = {2.0, 1.1};
    }
    const auto recipes = recipes_of(study.summary());
    const MatchedGap gap = matched_gap(arms_of(recipes[0]), "test", 0.95);
    ASSERT_EQ(gap.status, CommonLevelStatus::found);
    EXPECT_EQ(gap.train_loss, 1.0);
    EXPECT_EQ(gap.limited_by, 1024);
    // The small batch passes 1.0 at 1/1.8 of its way: gap 0.6 / 1.8.
    EXPECT_NEAR(gap.gap_loss[0].mean, 0.6 / 1.8, 1e-12);
    EXPECT_NEAR(gap.gap_loss[1].mean, 0.1, 1e-12);
    EXPECT_NEAR(gap.against_smallest[1].mean, 0.1 - 0.6 / 1.8, 1e-12);
    EXPECT_NEAR(gap.widest_bracket, 1.8, 1e-12);
}

TEST(MatchedGap, IsNotFoundWithoutACommonTrainLoss) {
    MadeUpStudy study;
    study.add(16, 1).history.train_loss = {0.4, 0.2};
    study.add(64, 1).history.train_loss = {2.3, 0.5};
    const auto recipes = recipes_of(study.summary());
    EXPECT_EQ(matched_gap(arms_of(recipes[0]), "test", 0.95).status,
              CommonLevelStatus::runs_do_not_overlap);
    EXPECT_EQ(matched_gap({}, "test", 0.95).status, CommonLevelStatus::no_runs);
}

}  // namespace
}  // namespace batchscope::tests_of_gap
