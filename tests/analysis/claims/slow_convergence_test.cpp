#include "analysis/claims/slow_convergence.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_slow_convergence {
namespace {

const SlowConvergence claim;

void add_arm(MadeUpStudy& study, std::int64_t batch_size, double examples, double seconds,
             double spread = 0.01, double lowest = 0.6) {
    add_runs(study, {batch_size}, [=](AnalyzedRun& run) {
        const double noise = std::exp(spread * jitter(run.batch_size, run.seed));
        run.history.examples = {0, examples * noise};
        run.history.seconds = {0, seconds * noise};
        run.history.validation_loss = {2.3, lowest};
        add_rows(run.history);
    });
}

ClaimDecision decide_small(double examples, double seconds, double spread = 0.01) {
    MadeUpStudy study;
    add_arm(study, 16, examples, seconds, spread);
    add_arm(study, 64, 1000, 10, spread);
    return decide(study, claim);
}

TEST(SlowConvergence, IsSupportedWhereSmallBatchesNeedMoreOfBoth) {
    const ClaimDecision decision = decide_small(2000, 40);
    EXPECT_EQ(decision.outcome, ClaimOutcome::supported);
    EXPECT_NEAR(number_named(decision, "small_over_medium_examples").value, std::log(2.0), 0.02);
    EXPECT_NEAR(number_named(decision, "small_over_medium_seconds").value, std::log(4.0), 0.02);
}

TEST(SlowConvergence, IsContradictedWhereTheyNeedLessOfBoth) {
    EXPECT_EQ(decide_small(500, 5).because.reason, ClaimReason::opposite);
    EXPECT_EQ(decide_small(1000, 10).because.reason, ClaimReason::negligible);
}

TEST(SlowConvergence, IsUndecidedWhereExamplesAndSecondsDisagree) {
    const ClaimDecision decision = decide_small(500, 40);
    EXPECT_EQ(decision.outcome, ClaimOutcome::undecided);
    EXPECT_EQ(decision.because.reason, ClaimReason::measures_disagree);
    EXPECT_EQ(decision.because.name, "examples");
}

TEST(SlowConvergence, IsUndecidedWhereSeedsAreTooFarApart) {
    EXPECT_EQ(decide_small(1100, 12, 1).because.reason, ClaimReason::too_little_data);
}

TEST(SlowConvergence, TheTargetIsTheDeepestLossThatAllRunsReach) {
    MadeUpStudy study;
    add_arm(study, 16, 2000, 40, 0.01, 0.5);
    add_arm(study, 64, 1000, 10, 0.01, 0.6);
    EXPECT_EQ(number_named(decide(study, claim), "target_validation_loss").value, 0.6);
}

TEST(SlowConvergence, IsNotTestedWhereAGivenTargetIsNotReached) {
    MadeUpStudy study;
    add_arm(study, 16, 2000, 40);
    add_arm(study, 64, 1000, 10, 0.01, 0.4);
    ClaimInputs inputs;
    inputs.target_validation_loss = 0.5;
    const ClaimDecision decision = decide(study, claim, inputs);
    EXPECT_EQ(decision.outcome, ClaimOutcome::not_tested);
    EXPECT_EQ(decision.because.reason, ClaimReason::target_not_reached);
    EXPECT_EQ(decision.because.name, "small");
    EXPECT_EQ(decision.because.batch_size, 16);
    EXPECT_EQ(decision.because.found, 0);
    EXPECT_EQ(decision.because.needed, 5);
}

TEST(SlowConvergence, ATargetThatIsMetBeforeTrainingHasNoTime) {
    MadeUpStudy study;
    add_arm(study, 16, 2000, 40);
    add_arm(study, 64, 1000, 10);
    ClaimInputs inputs;
    inputs.target_validation_loss = 5;
    EXPECT_EQ(decide(study, claim, inputs).because.reason, ClaimReason::target_not_reached);
}

TEST(SlowConvergence, IsNotTestedOnDifferentHardware) {
    MadeUpStudy study;
    add_arm(study, 16, 2000, 40);
    add_runs(study, {64}, [](AnalyzedRun& run) { run.ranks = 1; });
    EXPECT_EQ(decide(study, claim).because.reason, ClaimReason::different_hardware);
}

TEST(SlowConvergence, HasTheDefaultsOfTheDefaultClaim) {
    EXPECT_EQ(default_settings<SlowConvergence>(), SlowConvergence{});
}

}  // namespace
}  // namespace batchscope::tests_of_slow_convergence
