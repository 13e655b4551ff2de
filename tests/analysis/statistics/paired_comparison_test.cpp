#include "analysis/statistics/paired_comparison.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

namespace batchscope {
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
    EXPECT_EQ(sleep.pairing, Pairing::paired);
    EXPECT_EQ(sleep.n, 10);
    EXPECT_EQ(sleep.degrees_of_freedom, 9);
    EXPECT_EQ(sleep.degrees_per_seed, 1);
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
        EXPECT_THROW((void)welch_comparison(std::vector<double>{0.1, 0.2},
                                            std::vector<double>{0.1, bad}, 0.95),
                     std::invalid_argument);
        EXPECT_THROW((void)paired_comparison(std::vector<double>{0.1, 0.2}, bad),
                     std::invalid_argument);
    }
    EXPECT_THROW((void)paired_comparison(std::vector<double>{0.1, 0.2}, 1), std::invalid_argument);
    EXPECT_THROW((void)welch_comparison({}, {}, 0), std::invalid_argument);
}

TEST(WelchComparison, GivesThePublishedTestOfTheSleepDataUnpaired) {
    // R: t.test(extra ~ group, sleep).
    const PairedComparison sleep = welch_comparison(sleep_1, sleep_2, 0.95);
    EXPECT_EQ(sleep.pairing, Pairing::unpaired);
    EXPECT_EQ(sleep.n, 10);
    EXPECT_NEAR(sleep.t, -1.8608, 5e-5);
    EXPECT_NEAR(sleep.degrees_of_freedom, 17.776, 5e-4);
    EXPECT_NEAR(sleep.p_two_sided, 0.07939, 5e-6);
    EXPECT_NEAR(sleep.mean - sleep.half_width, -3.3654832, 1e-7);
    EXPECT_NEAR(sleep.mean + sleep.half_width, 0.2054832, 1e-7);
}

TEST(WelchComparison, HasTheDegreesOfFreedomOfItsExtremes) {
    // Equal spread and size: those of the pooled test. One sample without spread: of the other.
    const std::vector<double> a{1, 2, 3, 4};
    const std::vector<double> shifted{11, 12, 13, 14};
    const PairedComparison equal = welch_comparison(a, shifted, 0.95);
    EXPECT_NEAR(equal.degrees_of_freedom, 6, 1e-12);
    EXPECT_NEAR(equal.degrees_per_seed, 2, 1e-12);
    const PairedComparison one_sided = welch_comparison(a, std::vector<double>{7, 7, 7}, 0.95);
    EXPECT_NEAR(one_sided.degrees_of_freedom, 3, 1e-12);
    EXPECT_NEAR(one_sided.degrees_per_seed, 1, 1e-12);
    EXPECT_EQ(one_sided.n, 3);
    EXPECT_FALSE(one_sided.identical);
}

TEST(WelchComparison, IsDegenerateWhereEitherSampleIs) {
    const std::vector<double> two{1, 2};
    const PairedComparison short_reference = welch_comparison(two, std::vector<double>{1}, 0.95);
    EXPECT_EQ(short_reference.n, 1);
    EXPECT_EQ(short_reference.mean, 0.5);
    EXPECT_TRUE(std::isnan(short_reference.p_two_sided));
    const PairedComparison empty = welch_comparison(two, {}, 0.95);
    EXPECT_EQ(empty.n, 0);
    EXPECT_TRUE(std::isnan(empty.mean));
    const PairedComparison constant =
        welch_comparison(std::vector<double>{1, 1, 1}, std::vector<double>{2, 2}, 0.95);
    EXPECT_TRUE(constant.identical);
    EXPECT_EQ(constant.mean, -1);
    EXPECT_EQ(constant.half_width, 0);
    EXPECT_TRUE(std::isnan(constant.p_two_sided));
}

}  // namespace
}  // namespace batchscope
