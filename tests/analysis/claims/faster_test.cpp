#include "analysis/claims/faster.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_faster {
namespace {

const Faster claim;

/// Validation loss falls on a line from 2.3 to `lowest` within `seconds`.
void add_arm(MadeUpStudy& study, std::int64_t batch_size, double seconds, double lowest = 0.6,
             double spread = 0.01) {
    add_runs(study, {batch_size}, [=](AnalyzedRun& run) {
        const double noise = spread * jitter(run.batch_size, run.seed);
        run.history.seconds = {0, seconds * std::exp(noise)};
        run.history.validation_loss = {2.3, lowest + 0.1 * noise};
        add_rows(run.history);
    });
}

TEST(Faster, IsSupportedWhereTheTargetComesSooner) {
    MadeUpStudy study;
    add_arm(study, 64, 20);
    add_arm(study, 256, 10);
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::supported);
    EXPECT_NEAR(number_named(decision, "medium_over_large_seconds").value, std::log(2.0), 0.02);
    EXPECT_NEAR(number_named(decision, "large_over_medium_throughput").value, std::log(2.0), 0.02);
    EXPECT_NEAR(number_named(decision, "target_validation_loss").value, 0.6, 0.002);
}

TEST(Faster, IsContradictedByTheOppositeAndByEquivalence) {
    MadeUpStudy slower;
    add_arm(slower, 64, 10);
    add_arm(slower, 256, 20);
    EXPECT_EQ(decide(slower, claim).because.reason, ClaimReason::opposite);
    MadeUpStudy equal;
    add_arm(equal, 64, 10);
    add_arm(equal, 256, 10);
    const ClaimDecision decision = decide(equal, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(decision.because.reason, ClaimReason::negligible);
}

TEST(Faster, IsContradictedWhereTheLargeFailsWhatTheMediumReaches) {
    MadeUpStudy study;
    add_arm(study, 64, 20);
    add_arm(study, 256, 5, 0.9);  // four times as fast to 0.9, but never at 0.6
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(decision.because.reason, Faster::target_missed);
    EXPECT_EQ(decision.because.found, 5);
    EXPECT_LT(decision.p_supported, 0.05) << "to the loosest target it is faster";
    EXPECT_NEAR(number_named(decision, "tight_target").value, 0.6, 0.002);
}

TEST(Faster, AShortfallThatDoesNotMatterIsNoFailure) {
    MadeUpStudy study;
    add_arm(study, 64, 20);
    add_arm(study, 256, 5, 0.605);  // by 0.005 nats; the margin is 0.02
    EXPECT_EQ(decide(study, claim).outcome, ClaimOutcome::supported);
}

TEST(Faster, AGivenTargetThatTheLargeMissesContradicts) {
    MadeUpStudy study;
    add_arm(study, 64, 20);
    add_arm(study, 256, 5, 0.9);
    ClaimInputs inputs;
    inputs.target_validation_loss = 0.7;
    const ClaimDecision decision = decide(study, claim, inputs);
    EXPECT_EQ(decision.outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(decision.because.reason, Faster::target_missed);
    inputs.target_validation_loss = 0.1;
    EXPECT_EQ(decide(study, claim, inputs).because.reason, ClaimReason::target_not_reached);
    EXPECT_EQ(decide(study, claim, inputs).because.name, "medium");
}

TEST(Faster, IsUndecidedWhereSomeLargeRunsMissAGivenTarget) {
    MadeUpStudy study;
    add_arm(study, 64, 20);
    add_runs(study, {256}, [](AnalyzedRun& run) {
        run.history.validation_loss = {2.3, run.seed == 1 ? 0.65 : 0.55};
    });
    ClaimInputs inputs;
    inputs.target_validation_loss = 0.61;
    const ClaimDecision decision = decide(study, claim, inputs);
    EXPECT_EQ(decision.outcome, ClaimOutcome::undecided) << "a mean of survivors is no answer";
    EXPECT_EQ(decision.because.reason, ClaimReason::target_not_reached);
    EXPECT_EQ(decision.because.found, 4);
    EXPECT_EQ(decision.because.needed, 5);
}

TEST(Faster, IsUndecidedWhereTimesAreTooFarApart) {
    MadeUpStudy study;
    add_arm(study, 64, 12, 0.6, 1.0);
    add_arm(study, 256, 10, 0.6, 1.0);
    EXPECT_EQ(decide(study, claim).outcome, ClaimOutcome::undecided);
}

TEST(Faster, IsNotTestedOnDifferentHardwareRanksOrUnknownOnes) {
    for (const int what : {0, 1, 2}) {
        MadeUpStudy study;
        add_arm(study, 64, 20);
        add_runs(study, {256}, [what](AnalyzedRun& run) {
            run.ranks = what == 0 ? 4 : run.ranks;
            run.devices = what == 1 ? "Tesla V100" : run.devices;
            add_rows(run.history);
        });
        const ClaimDecision decision = decide(study, claim);
        EXPECT_EQ(decision.outcome, what == 2 ? ClaimOutcome::supported : ClaimOutcome::not_tested);
        EXPECT_TRUE(what == 2 || decision.because.reason == ClaimReason::different_hardware);
    }
    MadeUpStudy nowhere;
    add_runs(nowhere, {64, 256}, [](AnalyzedRun& run) { run.devices.clear(); });
    EXPECT_EQ(decide(nowhere, claim).because.reason, ClaimReason::hardware_unknown);
}

TEST(Faster, IsNotTestedWithoutTimesOrAGroup) {
    MadeUpStudy study;
    add_runs(study, {64, 256}, [](AnalyzedRun& run) { run.history.seconds = {unknown, unknown}; });
    EXPECT_EQ(decide(study, claim).outcome, ClaimOutcome::not_tested);
    MadeUpStudy alone;
    add_arm(alone, 64, 20);
    EXPECT_EQ(decide(alone, claim).because.name, "large");
}

TEST(Faster, HasTheDefaultsOfTheDefaultClaim) {
    EXPECT_EQ(default_settings<Faster>(), Faster{});
}

}  // namespace
}  // namespace batchscope::tests_of_faster
