#include "analysis/claims/noisy_training.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_noisy_training {
namespace {

const NoisyTraining claim;

/// Evaluations at these train losses; the variance of the steps between two of them is in
/// proportion to the loss half way, `variance` at 0.85.
void add_arm(MadeUpStudy& study, std::int64_t batch_size, double variance, double spread = 0.05,
             const std::vector<double>& losses = {2.3, 2, 1.3, 0.4}) {
    add_runs(study, {batch_size}, [=](AnalyzedRun& run) {
        History& history = run.history;
        add_rows(history, losses.size());
        history.train_loss = losses;
        const double noise = std::exp(spread * jitter(run.batch_size, run.seed));
        for (std::size_t row = 1; row < losses.size(); ++row) {
            const double between = (losses[row - 1] + losses[row]) / 2;
            history.step_loss_variance[row] = variance * noise * between / 0.85;
        }
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
    add_arm(study, 256, 0.02, 0.05, {2.3, 2, 1.3, 0.9});
    const ClaimDecision decision = decide(study, claim);
    // The steps of 256 end between 1.3 and 0.9; those of 16 pass there on the way from 1.65 to
    // 0.85.
    EXPECT_NEAR(number_named(decision, "matched_train_loss").value, 1.1, 1e-12);
    EXPECT_NEAR(number_named(decision, "small_over_large_step_loss_variance").value, -std::log(2.0),
                0.05);
}

TEST(NoisyTraining, IsNotResolvedWhereRowsAreTooFarApart) {
    MadeUpStudy study;
    add_arm(study, 16, 0.01, 0, {2.3, 1.3, 0.4});
    add_arm(study, 256, 0.01, 0.05, {2.3, 1.3, 0.9});
    EXPECT_EQ(decide(study, claim).because.reason, ClaimReason::not_resolved);
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
