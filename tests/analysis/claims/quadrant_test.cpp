#include "analysis/claims/quadrant.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_quadrant {
namespace {

/// Thirteen evaluations at epochs 0 to 12; over the last third (8 to 12) the losses change by
/// `train` and `validation` nats.
void add_arm(MadeUpStudy& study, double train, double validation, double spread = 0.001,
             std::uint64_t seeds = five_seeds) {
    add_runs(
        study, {64},
        [=](AnalyzedRun& run) {
            const double noise = spread * jitter(run.batch_size, run.seed);
            History& history = run.history;
            history = {};
            for (int epoch = 0; epoch <= 12; ++epoch) {
                history.epoch.push_back(epoch);
                history.steps.push_back(10.0 * epoch);
                history.examples.push_back(640.0 * epoch);
                history.seconds.push_back(5.0 * epoch);
                const double late = std::max(0, epoch - 8) / 4.0;
                const double early = 2.0 - 0.2 * std::min(epoch, 8);
                history.train_loss.push_back(early + late * (train + noise));
                history.validation_loss.push_back(early + late * (validation + 2 * noise));
                for (auto column :
                     {&History::test_loss, &History::train_accuracy, &History::validation_accuracy,
                      &History::test_accuracy, &History::peak_memory_bytes,
                      &History::step_loss_variance, &History::gradient_covariance_trace,
                      &History::gradient_square}) {
                    (history.*column).push_back(0.5);
                }
            }
        },
        seeds);
}

TrainingQuadrant quadrant(MadeUpStudy& study) {
    return training_quadrants(recipes_of(study.summary()).front(), 0.02, 0.95).at(0);
}

TrainingQuadrant quadrant(double train, double validation) {
    MadeUpStudy study;
    add_arm(study, train, validation);
    return quadrant(study);
}

TEST(TrainingQuadrants, NameTheFourStates) {
    EXPECT_EQ(quadrant(-0.1, -0.1).state, TrainingState::still_learning);
    EXPECT_EQ(quadrant(-0.1, 0.1).state, TrainingState::overfitting);
    EXPECT_EQ(quadrant(0, 0.1).state, TrainingState::overfitting);
    EXPECT_EQ(quadrant(-0.1, 0).state, TrainingState::converged);
    EXPECT_EQ(quadrant(0, -0.1).state, TrainingState::still_learning);
    EXPECT_EQ(quadrant(0, 0).state, TrainingState::converged);
    EXPECT_EQ(quadrant(0.1, 0.1).state, TrainingState::failing);
    EXPECT_EQ(quadrant(0.1, -0.1).state, TrainingState::failing);
}

TEST(TrainingQuadrants, MeasureTheChangeOverTheLastThirdInNats) {
    const TrainingQuadrant found = quadrant(-0.1, 0.05);
    EXPECT_NEAR(found.train.change.mean, -0.1, 0.001);
    EXPECT_NEAR(found.validation.change.mean, 0.05, 0.002);
    EXPECT_EQ(found.train.change.n, 5);
}

TEST(TrainingQuadrants, FlatIsInsideTheMarginHoweverSureTheChangeIs) {
    EXPECT_EQ(quadrant(-0.015, 0).train.trend, Trend::flat);
    EXPECT_EQ(quadrant(-0.03, 0).train.trend, Trend::falling);
}

TEST(TrainingQuadrants, AreUnclearWithTwoSeedsAndWithSeedsFarApart) {
    MadeUpStudy two;
    add_arm(two, -0.1, -0.1, 0.001, 2);
    EXPECT_EQ(quadrant(two).state, TrainingState::unclear);
    MadeUpStudy far;
    add_arm(far, -0.02, -0.02, 1);
    EXPECT_EQ(quadrant(far).state, TrainingState::unclear);
}

TEST(TrainingQuadrants, IdenticalSeedsAreComparedWithTheMarginItself) {
    for (const double change : {-0.1, 0.0, 0.1}) {
        MadeUpStudy study;
        add_arm(study, change, 0, 0);
        EXPECT_EQ(quadrant(study).train.trend,
                  change < 0 ? Trend::falling : (change > 0 ? Trend::rising : Trend::flat));
    }
}

TEST(TrainingQuadrants, QuoteLossAndSecondsPerBatch) {
    MadeUpStudy study;
    add_runs(study, {64}, [](AnalyzedRun& run) {
        run.history.train_loss = {5.656, 1.188};
        run.history.seconds = {0, 106};
    });
    const TrainingQuadrant found = quadrant(study);
    EXPECT_DOUBLE_EQ(found.first_train_loss, 5.656);
    EXPECT_DOUBLE_EQ(found.last_train_loss, 1.188);
    EXPECT_NEAR(found.relative_change, -0.79, 0.001);
    EXPECT_DOUBLE_EQ(found.seconds_per_batch, 1.06);
    EXPECT_EQ(found.train.change.n, 0) << "one evaluation in the last third has no trend";
    EXPECT_EQ(found.state, TrainingState::unclear);
}

TEST(TrainingQuadrants, AnUnknownLossIsNoTrend) {
    MadeUpStudy study;
    add_arm(study, -0.1, unknown);
    EXPECT_EQ(quadrant(study).validation.trend, Trend::unclear);
    EXPECT_EQ(quadrant(study).state, TrainingState::unclear);
}

TEST(TrainingQuadrants, LeaveOutABatchSizeWithoutARunThatCounts) {
    MadeUpStudy study;
    add_arm(study, -0.1, -0.1);
    study.add(256, 1).status = RunStatus::diverged;
    EXPECT_EQ(training_quadrants(recipes_of(study.summary()).front(), 0.02, 0.95).size(), 1U);
}

}  // namespace
}  // namespace batchscope::tests_of_quadrant
