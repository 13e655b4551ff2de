#include "analysis/claims/sweet_spot.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_sweet_spot {
namespace {

const SweetSpot claim;

ClaimDecision decide_accuracies(double small, double medium, double large, double spread = 0.0005) {
    MadeUpStudy study;
    add_accuracies(study, {{16, small}, {64, medium}, {128, medium}, {512, large}}, five_seeds,
                   spread);
    return decide(study, claim);
}

TEST(SweetSpot, IsSupportedWhereTheMiddleIsAboveBoth) {
    const ClaimDecision decision = decide_accuracies(0.84, 0.88, 0.83);
    EXPECT_EQ(decision.outcome, ClaimOutcome::supported);
    EXPECT_LT(number_named(decision, "not_inferior_to_any").value, 0.001);
}

TEST(SweetSpot, IsContradictedByEitherThatIsAbove) {
    const ClaimDecision small = decide_accuracies(0.89, 0.88, 0.83);
    EXPECT_EQ(small.outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(small.because.reason, SweetSpot::beaten);
    EXPECT_EQ(small.because.name, "small");
    EXPECT_GT(number_named(small, "not_inferior_to_any").value, 0.5);
    EXPECT_EQ(decide_accuracies(0.84, 0.88, 0.89).because.name, "large");
}

TEST(SweetSpot, IsContradictedByEquivalenceToBothButNotToOne) {
    const ClaimDecision both = decide_accuracies(0.88, 0.88, 0.88);
    EXPECT_EQ(both.outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(both.because.reason, ClaimReason::negligible);
    const ClaimDecision one = decide_accuracies(0.88, 0.88, 0.80);
    EXPECT_EQ(one.outcome, ClaimOutcome::undecided);
}

TEST(SweetSpot, IsNotSupportedByADifferenceThatDoesNotMatter) {
    // Above both, but above the small ones by less than the margin of 0.005.
    const ClaimDecision decision = decide_accuracies(0.878, 0.88, 0.80, 0.0002);
    EXPECT_LT(decision.adjusted_p_supported, 0.05);
    EXPECT_EQ(decision.outcome, ClaimOutcome::undecided);
    EXPECT_EQ(decision.because.reason, ClaimReason::partly_negligible);
}

TEST(SweetSpot, IsUndecidedWhereSeedsAreTooFarApart) {
    EXPECT_EQ(decide_accuracies(0.84, 0.86, 0.83, 0.1).outcome, ClaimOutcome::undecided);
}

TEST(SweetSpot, BothTestsAreOneSided) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.85}, {64, 0.8503}, {256, 0.80}}, five_seeds, 0.0005);
    const ClaimDecision decision = decide(study, claim);
    const ClaimNumber difference = number_named(decision, "medium_less_small");
    const double half_width = (difference.upper - difference.lower) / 2;
    // The one-sided p, not twice that: F of the t that the interval's width implies.
    const double t = difference.value / (half_width / student_quantile(0.95, 4));
    EXPECT_NEAR(student_quantile(1 - 2 * decision.p_supported, 4), t, 1e-6);
}

TEST(SweetSpot, IsNotTestedWithoutAGroup) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.84}, {63, 0.88}, {129, 0.88}, {512, 0.83}});
    const ClaimDecision decision = decide(study, claim);
    EXPECT_EQ(decision.outcome, ClaimOutcome::not_tested);
    EXPECT_EQ(decision.because.name, "medium");
}

TEST(SweetSpot, HasTheDefaultsOfTheDefaultClaim) {
    EXPECT_EQ(default_settings<SweetSpot>(), SweetSpot{});
}

}  // namespace
}  // namespace batchscope::tests_of_sweet_spot
