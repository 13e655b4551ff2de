#include "analysis/statistics/equivalence.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <vector>

#include "analysis/statistics/interval.hpp"

namespace batchscope::tests_of_equivalence {
namespace {

const std::vector<double> sleep_differences{-1.2, -2.4, -1.3, -1.3, 0.0,
                                            -1.0, -1.8, -0.8, -4.6, -1.4};

TEST(TwoOneSidedTests, GiveTheReferenceValuesOfTheSleepData) {
    const PairedComparison sleep = paired_comparison(sleep_differences, 0.95);
    EXPECT_NEAR(two_one_sided_tests(sleep, 2.5).p, 0.02111686, 1e-8);
    EXPECT_NEAR(two_one_sided_tests(sleep, 0.5).p, 0.98924076, 1e-8);
    // It is the lower margin that the mean of -1.58 comes near to.
    EXPECT_EQ(two_one_sided_tests(sleep, 2.5).p, two_one_sided_tests(sleep, 2.5).p_above);
    EXPECT_LT(two_one_sided_tests(sleep, 2.5).p_below, 1e-4);
}

TEST(TwoOneSidedTests, AgreeWithTheIntervalAtTwiceTheLevel) {
    // At a margin of exactly the farther end of the 90 % interval, p is 0.05.
    const PairedComparison at_90 = paired_comparison(sleep_differences, 0.90);
    const double farther_end = at_90.half_width - at_90.mean;
    EXPECT_NEAR(two_one_sided_tests(at_90, farther_end).p, 0.05, 1e-12);
}

TEST(TwoOneSidedTests, CannotShowEquivalenceWithinTheReachOfTheSpread) {
    // Three seeds without any difference in the mean: equivalent only beyond 1.686 deviations.
    const PairedComparison none = paired_comparison(std::vector<double>{-1, 0, 1}, 0.95);
    EXPECT_GT(two_one_sided_tests(none, 1.685).p, 0.05);
    EXPECT_LT(two_one_sided_tests(none, 1.687).p, 0.05);
}

TEST(TwoOneSidedTests, DoNotCareForTheSign) {
    std::vector<double> mirrored;
    for (const double difference : sleep_differences) {
        mirrored.push_back(-difference);
    }
    const EquivalenceTest one = two_one_sided_tests(paired_comparison(sleep_differences, 0.95), 2);
    const EquivalenceTest other = two_one_sided_tests(paired_comparison(mirrored, 0.95), 2);
    EXPECT_DOUBLE_EQ(one.p, other.p);
    EXPECT_DOUBLE_EQ(one.p_above, other.p_below);
}

TEST(TwoOneSidedTests, AreUnknownWithoutSpread) {
    for (const std::vector<double>& differences :
         std::vector<std::vector<double>>{{}, {0.1}, {0.1, 0.1, 0.1}}) {
        const PairedComparison comparison = paired_comparison(differences, 0.95);
        EXPECT_TRUE(std::isnan(two_one_sided_tests(comparison, 1).p));
        EXPECT_TRUE(std::isnan(two_one_sided_tests(comparison, 1).p_above));
        EXPECT_TRUE(std::isnan(non_inferiority_p(comparison, 1)));
    }
}

TEST(TwoOneSidedTests, NeedAMargin) {
    const PairedComparison sleep = paired_comparison(sleep_differences, 0.95);
    for (const double margin : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(),
                                std::numeric_limits<double>::infinity()}) {
        EXPECT_THROW((void)two_one_sided_tests(sleep, margin), std::invalid_argument);
    }
}

TEST(NonInferiority, IsTheOneSidedTestAgainstTheLowerMargin) {
    const PairedComparison sleep = paired_comparison(sleep_differences, 0.95);
    EXPECT_EQ(non_inferiority_p(sleep, 2.5), two_one_sided_tests(sleep, 2.5).p_above);
    EXPECT_EQ(non_inferiority_p(sleep, 0), sleep.p_greater);
    EXPECT_THROW((void)non_inferiority_p(sleep, -0.1), std::invalid_argument);
    // Far better is not inferior, though not equivalent.
    const PairedComparison better =
        paired_comparison(std::vector<double>{10, 10.1, 9.9, 10.05}, 0.95);
    EXPECT_LT(non_inferiority_p(better, 0.5), 1e-4);
    EXPECT_GT(two_one_sided_tests(better, 0.5).p, 0.99);
}

}  // namespace
}  // namespace batchscope::tests_of_equivalence
