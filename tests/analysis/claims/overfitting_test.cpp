#include "analysis/claims/overfitting.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_overfitting {
namespace {

const Overfitting claim;

/// Runs that come down to train loss 0.2, with a gap that grows in proportion to what was trained
/// and a validation loss that rises by `rise` over the last evaluation.
void add_arm(MadeUpStudy& study, std::int64_t batch_size, double gap, double rise,
             double spread = 0.002) {
    add_runs(study, {batch_size}, [=](AnalyzedRun& run) {
        const double noise = spread * jitter(run.batch_size, run.seed);
        History& history = run.history;
        history.epoch = {0, 5, 10};
        history.steps = {0, 50, 100};
        history.examples = {0, 3200, 6400};
        history.seconds = {0, 5, 10};
        history.train_loss = {2.3, 0.4, 0.2};
        history.test_loss = {2.3, 0.4 + (gap + noise) / 2, 0.2 + gap + noise};
        history.validation_loss = {2.3, 0.5, 0.5 + rise + (rise == 0 ? 0 : noise)};
        history.train_accuracy = history.validation_accuracy =
            history.test_accuracy = {0.1, 0.8, 0.9};
        history.peak_memory_bytes = {1, 1, 1};
        history.step_loss_variance = {unknown, 0.01, 0.01};
        history.gradient_covariance_trace = history.gradient_square = {unknown, unknown, unknown};
    });
}

ClaimDecision decide_arms(double medium_gap, double large_gap, double rise, double spread = 0.002) {
    MadeUpStudy study;
    add_arm(study, 64, medium_gap, 0.1, spread);
    add_arm(study, 256, large_gap, rise, spread);
    return decide(study, claim);
}

TEST(Overfitting, IsSupportedByALargerMatchedGapAndARisingValidationLoss) {
    const ClaimDecision decision = decide_arms(0.1, 0.2, 0.1);
    EXPECT_EQ(decision.outcome, ClaimOutcome::supported);
    EXPECT_NEAR(number_named(decision, "large_less_medium_matched_gap").value, 0.1, 0.005);
    EXPECT_NEAR(number_named(decision, "loss_rise").value, 0.1, 0.005);
    EXPECT_EQ(number_named(decision, "matched_train_loss").value, 0.2);
}

TEST(Overfitting, IsContradictedWhereTheGapIsNoLarger) {
    const ClaimDecision decision = decide_arms(0.1, 0.1, 0.1);
    EXPECT_EQ(decision.outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(decision.because.reason, Overfitting::bound_below_margin);
    EXPECT_EQ(decision.because.name, "large_less_medium_matched_gap");
}

TEST(Overfitting, IsContradictedWhereTheValidationLossHardlyRises) {
    const ClaimDecision decision = decide_arms(0.1, 0.2, 0.01);
    EXPECT_EQ(decision.outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(decision.because.name, "loss_rise");
}

TEST(Overfitting, IsContradictedWhereNoValidationLossRises) {
    const ClaimDecision decision = decide_arms(0.1, 0.2, 0);
    EXPECT_EQ(decision.outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(decision.because.reason, Overfitting::never_rises);
    EXPECT_TRUE(std::isnan(decision.p_contradicted)) << "no test was needed";
}

TEST(Overfitting, IsUndecidedBetweenNothingAndTheMargin) {
    EXPECT_EQ(decide_arms(0.1, 0.115, 0.1, 0.05).outcome, ClaimOutcome::undecided);
}

/// Medium batches whose gap bends between two rows far apart, where large ones end.
ClaimDecision decide_unresolved(double rise) {
    MadeUpStudy study;
    add_arm(study, 64, 0.6, 0.1);
    add_arm(study, 256, 0.2, rise);
    study.change_all([](AnalyzedRun& run) {
        if (run.batch_size == 64) {
            run.history.train_loss = {2.3, 0.9, 0.05};
            run.history.test_loss = {2.3, 0.95, 0.65};
        }
    });
    return decide(study, claim);
}

TEST(Overfitting, IsUndecidedWhereTheGapIsNotResolved) {
    const ClaimDecision decision = decide_unresolved(0.1);
    EXPECT_EQ(decision.outcome, ClaimOutcome::undecided);
    EXPECT_EQ(decision.because.reason, ClaimReason::not_resolved);
    EXPECT_TRUE(std::isnan(number_named(decision, "large_less_medium_matched_gap").value));
}

TEST(Overfitting, IsContradictedByTheValidationLossAloneWhereTheGapIsNotResolved) {
    const ClaimDecision decision = decide_unresolved(0.01);
    EXPECT_EQ(decision.outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(decision.because.name, "loss_rise");
}

TEST(Overfitting, IsNotTestedWithoutACommonTrainLoss) {
    MadeUpStudy study;
    add_arm(study, 64, 0.1, 0.1);
    add_runs(study, {256}, [](AnalyzedRun& run) { run.history.train_loss = {0.15, 0.1}; });
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::not_tested);
    EXPECT_EQ(decision.because.reason, ClaimReason::no_common_train_loss);
    EXPECT_EQ(decision.because.batch_size, 256);
}

TEST(Overfitting, TheCollapsedRunWithTheSmallestRawGapIsNotInIt) {
    MadeUpStudy study;
    add_arm(study, 64, 0.1, 0.1);
    add_arm(study, 256, 0.2, 0.1);
    // Finite, complete, gap 0.001; its train loss would leave no common level below 2.3 either.
    for (const std::int64_t batch_size : {64, 256}) {
        AnalyzedRun& run = study.add(batch_size, 6);
        run.collapsed = batch_size == 64;
        run.history.train_loss = {2.306, 2.306};
        run.history.test_loss = {2.307, 2.307};
    }
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.because.reason, ClaimReason::survivors_decide) << "of the medium batches";
    EXPECT_NEAR(number_named(decision, "large_less_medium_matched_gap").value, 0.1, 0.005);
    EXPECT_EQ(decision.seeds, 5);
}

TEST(Overfitting, HasTheDefaultsOfTheDefaultClaim) {
    EXPECT_EQ(default_settings<Overfitting>(), Overfitting{});
}

}  // namespace
}  // namespace batchscope::tests_of_overfitting
