#include "analysis/claims/noisy_training.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_noisy_training {
namespace {

const NoisyTraining claim;

/// Three evaluations; the noise of the steps between them falls with the train loss.
void add_arm(MadeUpStudy& study, std::int64_t batch_size, double variance, double spread = 0.05,
             double final_loss = 0.4) {
    add_runs(study, {batch_size}, [=](AnalyzedRun& run) {
        History& history = run.history;
        history.epoch = {0, 5, 10};
        history.steps = {0, 50, 100};
        history.examples = {0, 3200, 6400};
        history.seconds = {0, 5, 10};
        history.train_loss = {2.3, 1.3, final_loss};
        for (auto column :
             {&History::validation_loss, &History::test_loss, &History::train_accuracy,
              &History::validation_accuracy, &History::test_accuracy, &History::peak_memory_bytes,
              &History::gradient_covariance_trace, &History::gradient_square}) {
            (history.*column).insert((history.*column).begin() + 1, unknown);
        }
        const double noise = std::exp(spread * jitter(run.batch_size, run.seed));
        history.step_loss_variance = {unknown, 2 * variance * noise, variance * noise};
    });
}

ClaimDecision decide_variances(double small, double large, double spread = 0.05) {
    MadeUpStudy study;
    add_arm(study, 16, small, spread);
    add_arm(study, 256, large, spread);
    return decide(study, claim);
}

TEST(NoisyTraining, IsSupportedWhereTheStepLossOfSmallBatchesVariesMore) {
    const ClaimDecision decision = decide_variances(0.16, 0.01);
    EXPECT_EQ(decision.outcome, ClaimOutcome::supported);
    EXPECT_NEAR(number_named(decision, "small_over_large_step_loss_variance").value, std::log(16.0),
                0.1);
    EXPECT_FALSE(std::isnan(number_named(decision, "spread_between_seeds_small").value));
}

TEST(NoisyTraining, IsContradictedByTheOppositeAndByEquivalence) {
    EXPECT_EQ(decide_variances(0.01, 0.16).because.reason, ClaimReason::opposite);
    EXPECT_EQ(decide_variances(0.01, 0.01, 0.005).because.reason, ClaimReason::negligible);
}

TEST(NoisyTraining, IsUndecidedWhereSeedsAreTooFarApart) {
    EXPECT_EQ(decide_variances(0.012, 0.01, 1).outcome, ClaimOutcome::undecided);
}

TEST(NoisyTraining, IsReadAtOneTrainLossHalfWayBetweenEvaluations) {
    MadeUpStudy study;
    add_arm(study, 16, 0.01, 0);
    add_arm(study, 256, 0.01, 0.05, 0.9);
    const ClaimDecision decision = decide(study, claim);
    // The steps of 256 end between 1.3 and 0.9; those of 16 pass there on the way from 1.8 to 0.85.
    EXPECT_NEAR(number_named(decision, "matched_train_loss").value, 1.1, 1e-12);
    const double share = std::log(1.8 / 1.1) / std::log(1.8 / 0.85);
    EXPECT_NEAR(number_named(decision, "small_over_large_step_loss_variance").value,
                (1 - share) * std::log(2.0), 0.05);
}

TEST(NoisyTraining, IsNotTestedWithoutStepLossesACommonLossOrAGroup) {
    MadeUpStudy none;
    add_runs(none, {16, 256}, [](AnalyzedRun& run) {
        run.history.step_loss_variance = {unknown, unknown};
    });
    EXPECT_EQ(decide(none, claim).because.reason, ClaimReason::metric_missing);
    EXPECT_EQ(decide(none, claim).because.name, "step_loss_variance");

    MadeUpStudy apart;
    add_arm(apart, 16, 0.01);
    add_runs(apart, {256}, [](AnalyzedRun& run) { run.history.train_loss = {2.3, 2.2}; });
    EXPECT_EQ(decide(apart, claim).because.reason, ClaimReason::no_common_train_loss);

    MadeUpStudy alone;
    add_arm(alone, 16, 0.01);
    EXPECT_EQ(decide(alone, claim).because.reason, ClaimReason::group_missing);
}

TEST(NoisyTraining, HasTheDefaultsOfTheDefaultClaim) {
    EXPECT_EQ(default_settings<NoisyTraining>(), NoisyTraining{});
}

}  // namespace
}  // namespace batchscope::tests_of_noisy_training
