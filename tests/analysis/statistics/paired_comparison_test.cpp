#include "analysis/statistics/paired_comparison.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

#include "analysis/statistics/interval.hpp"

namespace batchscope::tests_of_paired_comparison {
namespace {

// Student 1908: hours of sleep gained with one drug less with the other.
const std::vector<double> sleep_1{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
const std::vector<double> sleep_2{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

std::vector<double> sleep_differences() {
    std::vector<double> differences;
    for (std::size_t i = 0; i < sleep_1.size(); ++i) {
        differences.push_back(sleep_1[i] - sleep_2[i]);
    }
    return differences;
}

TEST(PairedComparison, GivesThePublishedTestOfTheSleepData) {
    const PairedComparison sleep = paired_comparison(sleep_differences(), 0.95);
    EXPECT_EQ(sleep.n, 10);
    EXPECT_EQ(sleep.degrees_of_freedom, 9);
    EXPECT_NEAR(sleep.mean, -1.58, 1e-12);
    EXPECT_NEAR(sleep.t, -4.062128, 1e-6);
    EXPECT_NEAR(sleep.p_two_sided, 0.00283289, 1e-8);
    EXPECT_NEAR(sleep.p_less, 0.00283289 / 2, 1e-8);
    EXPECT_NEAR(sleep.p_greater, 1 - 0.00283289 / 2, 1e-8);
    EXPECT_NEAR(sleep.mean - sleep.half_width, -2.4598858, 1e-7);
    EXPECT_NEAR(sleep.mean + sleep.half_width, -0.7001142, 1e-7);
    EXPECT_FALSE(sleep.identical);
}

TEST(PairedComparison, GivesThePublishedTestOfDarwinsMaize) {
    const std::vector<double> maize{49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48};
    const PairedComparison comparison = paired_comparison(maize, 0.95);
    EXPECT_NEAR(comparison.t, 2.147987, 1e-6);
    EXPECT_NEAR(comparison.p_two_sided, 0.049703, 1e-6);
    EXPECT_NEAR(comparison.mean - comparison.half_width, 0.03119, 1e-5);
    EXPECT_NEAR(comparison.mean + comparison.half_width, 41.83547, 1e-5);
}

TEST(PairedComparison, TakesTheMeanOfTheDifferences) {
    const std::vector<double> differences{4.0 - 5, 2.0 - 7, 6.0 - 3};
    EXPECT_EQ(paired_comparison(differences, 0.95).mean, -1);
}

TEST(PairedComparison, ChangesSidesWithTheSign) {
    std::vector<double> differences = sleep_differences();
    const PairedComparison one = paired_comparison(differences, 0.95);
    for (double& difference : differences) {
        difference = -difference;
    }
    const PairedComparison other = paired_comparison(differences, 0.95);
    EXPECT_NEAR(other.mean, -one.mean, 1e-12);
    EXPECT_NEAR(other.p_greater, one.p_less, 1e-12);
    EXPECT_NEAR(other.p_two_sided, one.p_two_sided, 1e-12);
}

TEST(PairedComparison, DoesNotDependOnTheOrder) {
    std::vector<double> differences{0.1, 0.7, 1e-9, 3.3, 0.30000000000000004};
    const PairedComparison first = paired_comparison(differences, 0.95);
    std::sort(differences.begin(), differences.end());
    do {
        const PairedComparison other = paired_comparison(differences, 0.95);
        ASSERT_EQ(other.mean, first.mean);
        ASSERT_EQ(other.p_two_sided, first.p_two_sided);
        ASSERT_EQ(other.half_width, first.half_width);
    } while (std::next_permutation(differences.begin(), differences.end()));
}

TEST(PairedComparison, KnowsNoSpreadOfOneDifferenceAndNothingOfNone) {
    const PairedComparison one = paired_comparison(std::vector<double>{0.25}, 0.95);
    EXPECT_EQ(one.n, 1);
    EXPECT_EQ(one.mean, 0.25);
    EXPECT_TRUE(std::isnan(one.half_width));
    EXPECT_TRUE(std::isnan(one.p_two_sided));
    EXPECT_FALSE(one.identical);
    const PairedComparison none = paired_comparison({}, 0.95);
    EXPECT_EQ(none.n, 0);
    EXPECT_TRUE(std::isnan(none.mean));
    EXPECT_TRUE(std::isnan(none.p_greater));
}

TEST(PairedComparison, TestsTwoDifferences) {
    // One degree of freedom: T is Cauchy, P(|T| > 3) = 1 - 2 arctan(3) / pi.
    const PairedComparison two = paired_comparison(std::vector<double>{1, 2}, 0.95);
    EXPECT_NEAR(two.t, 3, 1e-12);
    EXPECT_NEAR(two.p_two_sided, 0.20483276469913345, 1e-12);
}

TEST(PairedComparison, NamesIdenticalSeedsAndTestsNothing) {
    for (const double difference : {0.0, 0.0012, -3.5}) {
        const PairedComparison comparison =
            paired_comparison(std::vector<double>(3, difference), 0.95);
        EXPECT_TRUE(comparison.identical);
        EXPECT_EQ(comparison.mean, difference);
        EXPECT_EQ(comparison.standard_deviation, 0);
        EXPECT_EQ(comparison.half_width, 0);
        EXPECT_TRUE(std::isnan(comparison.t));
        EXPECT_TRUE(std::isnan(comparison.p_two_sided));
        EXPECT_TRUE(std::isnan(comparison.p_greater));
    }
}

TEST(PairedComparison, IsNotFooledByTheRoundingOfEqualDifferences) {
    // One more example right of ten, but the subtractions round differently.
    const std::vector<double> differences{0.2 - 0.1, 0.3 - 0.2, 0.9 - 0.8};
    ASSERT_FALSE(differences[0] == differences[1] && differences[1] == differences[2]);
    const PairedComparison comparison = paired_comparison(differences, 0.95);
    EXPECT_TRUE(comparison.identical);
    EXPECT_TRUE(std::isnan(comparison.p_two_sided));
}

TEST(PairedComparison, RefusesWhatIsNotFiniteAndWhatIsNoConfidence) {
    for (const double bad :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        EXPECT_THROW((void)paired_comparison(std::vector<double>{0.1, bad}, 0.95),
                     std::invalid_argument);
        EXPECT_THROW((void)paired_comparison(std::vector<double>{0.1, 0.2}, bad),
                     std::invalid_argument);
    }
    EXPECT_THROW((void)paired_comparison(std::vector<double>{0.1, 0.2}, 1), std::invalid_argument);
    EXPECT_THROW((void)paired_comparison({}, 0), std::invalid_argument);
}

TEST(PairedComparison, VariesByItsResolutionAtLeast) {
    const PairedComparison equal = paired_comparison(std::vector{-0.04, -0.04, -0.04}, 0.95, 0.01);
    EXPECT_FALSE(equal.identical);
    EXPECT_EQ(equal.standard_deviation, 0.01);
    EXPECT_NEAR(equal.t, -0.04 / (0.01 / std::sqrt(3.0)), 1e-12);
    EXPECT_NEAR(equal.half_width, student_quantile(0.95, 2) * 0.01 / std::sqrt(3.0), 1e-15);
    const std::vector<double> spread{-0.1, 0, 0.1};
    EXPECT_EQ(paired_comparison(spread, 0.95, 0.01).half_width,
              paired_comparison(spread, 0.95).half_width)
        << "a floor, nothing more";
    EXPECT_TRUE(std::isnan(paired_comparison(std::vector{1.0}, 0.95, 0.01).standard_deviation));
}

}  // namespace
}  // namespace batchscope::tests_of_paired_comparison
