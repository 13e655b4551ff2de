#include "analysis/claims/not_always_better.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_not_always_better {
namespace {

const NotAlwaysBetter claim;

TEST(NotAlwaysBetter, IsSupportedByOnePair) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.85}, {64, 0.86}, {256, 0.83}, {1024, 0.87}});
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::supported)
        << "although the largest is not inferior to any";
    EXPECT_EQ(decision.because.reason, NotAlwaysBetter::smaller_is_better);
    EXPECT_EQ(decision.because.batch_size, 256);
    EXPECT_NEAR(number_named(decision, "smaller_less_larger").value,
                decision.because.other_batch_size == 64 ? 0.03 : 0.02, 0.001);
}

TEST(NotAlwaysBetter, IsContradictedWhereTheLargestIsNotInferior) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.85}, {64, 0.855}, {256, 0.86}});
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(decision.because.reason, NotAlwaysBetter::largest_not_inferior);
    EXPECT_EQ(decision.because.batch_size, 256);
}

TEST(NotAlwaysBetter, ALossWithinTheMarginIsNone) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.853}, {64, 0.852}, {256, 0.85}}, five_seeds, 0.0001);
    EXPECT_EQ(decide(study, claim).outcome, ClaimOutcome::contradicted);
}

TEST(NotAlwaysBetter, IsUndecidedWhereSeedsAreTooFarApart) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.86}, {64, 0.85}, {256, 0.85}}, five_seeds, 0.05);
    EXPECT_EQ(decide(study, claim).outcome, ClaimOutcome::undecided);
}

TEST(NotAlwaysBetter, TheSpanIsSixteenOrMore) {
    MadeUpStudy fifteen;
    add_accuracies(fifteen, {{16, 0.86}, {255, 0.80}});
    const ClaimDecision decision = decide(fifteen, claim);
    EXPECT_EQ(decision.because.reason, NotAlwaysBetter::span_too_small);
    EXPECT_EQ(decision.because.found, 15);
    EXPECT_EQ(decision.because.needed, 16);
    MadeUpStudy sixteen;
    add_accuracies(sixteen, {{16, 0.86}, {256, 0.80}});
    EXPECT_EQ(decide(sixteen, claim).outcome, ClaimOutcome::supported);
}

TEST(NotAlwaysBetter, ALargestBatchThatDivergedForbidsContradictionOnly) {
    MadeUpStudy rising;
    add_accuracies(rising, {{16, 0.85}, {64, 0.855}, {256, 0.86}});
    add_runs(rising, {4096}, [](AnalyzedRun& run) { run.status = RunStatus::diverged; });
    EXPECT_EQ(decide(rising, claim).outcome, ClaimOutcome::undecided);
    MadeUpStudy falling;
    add_accuracies(falling, {{16, 0.86}, {64, 0.85}, {256, 0.84}});
    add_runs(falling, {4096}, [](AnalyzedRun& run) { run.status = RunStatus::diverged; });
    EXPECT_EQ(decide(falling, claim).outcome, ClaimOutcome::supported);
}

TEST(NotAlwaysBetter, IsUndecidedWhereAllSeedsAreIdentical) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.86}, {256, 0.80}}, five_seeds, 0);
    EXPECT_EQ(decide(study, claim).because.reason, ClaimReason::identical_seeds);
}

TEST(NotAlwaysBetter, HasTheDefaultsOfTheDefaultClaim) {
    EXPECT_EQ(default_settings<NotAlwaysBetter>(), NotAlwaysBetter{});
}

}  // namespace
}  // namespace batchscope::tests_of_not_always_better
