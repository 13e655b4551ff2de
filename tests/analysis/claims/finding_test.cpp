#include "analysis/claims/finding.hpp"

#include <gtest/gtest.h>

#include <array>

namespace batchscope::tests_of_finding {
namespace {

PairedComparison comparison(std::vector<double> differences) {
    return paired_comparison(differences, 0.95);
}

const PairedComparison positive = comparison({0.9, 1, 1.1, 1.05});
const PairedComparison negative = comparison({-0.9, -1, -1.1, -1.05});
const PairedComparison around_zero = comparison({-0.1, 0.1, 0.05, -0.05});
const PairedComparison wide = comparison({-3, 4, -2, 2});
const PairedComparison identical = comparison({1, 1, 1});

TEST(SidesOf, TheTwoSidedPGoesToTheSideOfTheMean) {
    EXPECT_EQ(sides_of(positive, 0.5).as_claimed, positive.p_two_sided);
    EXPECT_EQ(sides_of(positive, 0.5).opposite, 1);
    EXPECT_EQ(sides_of(negative, 0.5).as_claimed, 1);
    EXPECT_EQ(sides_of(negative, 0.5).opposite, negative.p_two_sided);
    EXPECT_EQ(sides_of(negative, 0.5).why_contradicted().reason, ClaimReason::opposite);
    EXPECT_LT(sides_of(around_zero, 0.5).equivalent, 0.05);
    EXPECT_EQ(sides_of(around_zero, 0.5).why_contradicted().reason, ClaimReason::negligible);
}

TEST(SidesOf, AreUnknownWithoutATTest) {
    for (const PairedComparison& none : {comparison({}), comparison({1}), identical}) {
        EXPECT_TRUE(std::isnan(sides_of(none, 0.5).as_claimed));
        EXPECT_TRUE(std::isnan(sides_of(none, 0.5).contradicted()));
    }
}

TEST(FindingOf, SaysWhereSeedsAreIdentical) {
    const Finding finding = finding_of(identical, 0.5);
    EXPECT_TRUE(std::isnan(finding.p_supported));
    EXPECT_EQ(finding.if_undecided.reason, ClaimReason::identical_seeds);
}

Finding agreement(const PairedComparison& first, const PairedComparison& second) {
    const std::array<NamedDifference, 2> both{{{"first", first}, {"second", second}}};
    return agreement_of(both, "slope_of_", 0.5, 0.05);
}

TEST(AgreementOf, TakesTheLargerOfBothP) {
    const Finding finding = agreement(positive, comparison({0.5, 1, 1.5, 2}));
    EXPECT_EQ(finding.p_supported, comparison({0.5, 1, 1.5, 2}).p_two_sided);
    EXPECT_EQ(finding.seeds, 4);
    EXPECT_LT(agreement(negative, around_zero).p_contradicted, 0.05)
        << "one the other way round, one negligible: both contradict";
}

TEST(AgreementOf, NamesTheOneThatDisagrees) {
    const Finding finding = agreement(positive, negative);
    EXPECT_EQ(finding.p_supported, 1);
    EXPECT_GT(finding.p_contradicted, 0.05);
    EXPECT_EQ(finding.if_undecided.reason, ClaimReason::measures_disagree);
    EXPECT_EQ(finding.if_undecided.name, "second");
    EXPECT_EQ(agreement(positive, wide).if_undecided.reason, ClaimReason::too_little_data);
}

TEST(AgreementOf, WithOneUnknownIsUnknownInEitherOrder) {
    for (const Finding& finding :
         {agreement(positive, identical), agreement(identical, positive)}) {
        EXPECT_TRUE(std::isnan(finding.p_supported));
        EXPECT_TRUE(std::isnan(finding.p_contradicted));
        EXPECT_EQ(finding.if_undecided.reason, ClaimReason::identical_seeds);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_finding
