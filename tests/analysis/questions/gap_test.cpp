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

constexpr double margin = 0.02;

/// Adds runs whose train loss falls by rows to `lowest`, with a test loss above it by a gap that
/// grows in proportion to how far it has fallen.
void add_falling_runs(MadeUpStudy& study, std::int64_t batch_size, double lowest, double gap_share,
                      std::size_t rows) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        History& history = study.add(batch_size, seed).history;
        history = {};
        for (std::size_t row = 0; row <= rows; ++row) {
            const double share = static_cast<double>(row) / static_cast<double>(rows);
            const double loss = 2 - (2 - lowest) * share;
            history.epoch.push_back(10 * share);
            history.steps.push_back(100 * share);
            history.examples.push_back(6400 * share);
            history.seconds.push_back(10 * share);
            history.train_loss.push_back(loss);
            history.validation_loss.push_back(loss);
            history.test_loss.push_back(loss + (gap_share + 1e-4 * static_cast<double>(seed)) *
                                                   (2 - loss) * (2 - loss));
            for (auto* column : {&history.train_accuracy, &history.validation_accuracy,
                                 &history.test_accuracy, &history.step_loss_variance,
                                 &history.gradient_covariance_trace, &history.gradient_square}) {
                column->push_back(unknown);
            }
            history.peak_memory_bytes.push_back(1e6);
        }
    }
}

TEST(MatchedGap, IsTakenWhereAllRunsHaveTheSameTrainLoss) {
    MadeUpStudy study;
    add_falling_runs(study, 16, 0.2, 0.3, 40);
    add_falling_runs(study, 1024, 1.0, 0.1, 40);
    const auto recipes = recipes_of(study.summary());
    const MatchedGap gap = matched_gap(arms_of(recipes[0]), "test", margin, 0.95);
    ASSERT_EQ(gap.status, CommonLevelStatus::found);
    EXPECT_EQ(gap.train_loss, 1.0);
    EXPECT_EQ(gap.limited_by, 1024);
    // At train loss 1 the gap is its share.
    EXPECT_TRUE(gap.arms[0].resolved);
    EXPECT_NEAR(gap.arms[0].gap_loss.mean, 0.3002, gap.arms[0].error + 1e-12);
    EXPECT_NEAR(gap.arms[1].gap_loss.mean, 0.1002, 1e-12);
    EXPECT_EQ(gap.arms[1].error, 0) << "the level is its own last row";
    EXPECT_NEAR(gap.arms[1].against_smallest.mean, -0.2, gap.arms[0].error + 1e-12);
    EXPECT_GT(gap.arms[0].gap_loss.half_width, gap.arms[0].error);
    EXPECT_NEAR(gap.widest_bracket, 1.8 / 40, 1e-12);
    EXPECT_FALSE(gap.inside_schedule);
}

TEST(MatchedGap, IsNotResolvedAcrossTheFirstRows) {
    // The level lies between the row before training and the first one: a line says nothing there.
    MadeUpStudy study;
    add_falling_runs(study, 16, 0.2, 0.3, 1);
    add_falling_runs(study, 1024, 1.0, 0.1, 4);
    const auto recipes = recipes_of(study.summary());
    const MatchedGap gap = matched_gap(arms_of(recipes[0]), "test", margin, 0.95);
    ASSERT_EQ(gap.status, CommonLevelStatus::found);
    EXPECT_FALSE(gap.arms[0].resolved);
    EXPECT_TRUE(gap.arms[1].resolved);
    EXPECT_FALSE(gap.arms[1].difference_resolved) << "the reference is not";
}

TEST(MatchedGap, SaysWhereARunPassesTheLevelAgainAndLiesInsideASchedule) {
    MadeUpStudy study;
    add_falling_runs(study, 16, 0.2, 0.3, 40);
    add_falling_runs(study, 1024, 1.0, 0.1, 40);
    study.change_all([](AnalyzedRun& run) {
        if (run.batch_size == 16 && run.seed == 2) {
            run.history.train_loss.back() = 1.5;
        }
        run.settings = std::make_shared<const std::map<std::string, std::string>>(
            std::map<std::string, std::string>{{"training.schedule", "cosine"}});
    });
    const auto recipes = recipes_of(study.summary());
    const MatchedGap gap = matched_gap(arms_of(recipes[0]), "test", margin, 0.95);
    EXPECT_EQ(gap.arms[0].passed_again, 1);
    EXPECT_EQ(gap.arms[1].passed_again, 0);
    EXPECT_TRUE(gap.inside_schedule);
}

TEST(MatchedGap, IsNotFoundWithoutACommonTrainLoss) {
    MadeUpStudy study;
    study.add(16, 1).history.train_loss = {0.4, 0.2};
    study.add(64, 1).history.train_loss = {2.3, 0.5};
    const auto recipes = recipes_of(study.summary());
    EXPECT_EQ(matched_gap(arms_of(recipes[0]), "test", margin, 0.95).status,
              CommonLevelStatus::runs_do_not_overlap);
    EXPECT_EQ(matched_gap({}, "test", margin, 0.95).status, CommonLevelStatus::no_runs);
}

}  // namespace
}  // namespace batchscope::tests_of_gap
