#include "analysis/statistics/interval.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace batchscope::tests_of_interval {
namespace {

TEST(StudentQuantile, GivesTheTabledValues) {
    EXPECT_NEAR(student_quantile(0.95, 2), 4.302652729911275, 1e-9);
    EXPECT_NEAR(student_quantile(0.95, 3), 3.182446305284263, 1e-9);
    EXPECT_NEAR(student_quantile(0.95, 4), 2.776445105197793, 1e-9);
    EXPECT_NEAR(student_quantile(0.95, 9), 2.262157162740992, 1e-9);
}

TEST(EstimateMean, GivesThePublishedIntervalOfTheSleepData) {
    // Student 1908: hours of sleep gained with one drug less with the other.
    const std::vector<double> differences{-1.2, -2.4, -1.3, -1.3, 0.0,
                                          -1.0, -1.8, -0.8, -4.6, -1.4};
    const Estimate at_95 = estimate_mean(differences, 0.95);
    EXPECT_EQ(at_95.n, 10);
    EXPECT_NEAR(at_95.mean, -1.58, 1e-12);
    EXPECT_NEAR(at_95.mean - at_95.half_width, -2.4598858, 1e-7);
    EXPECT_NEAR(at_95.mean + at_95.half_width, -0.7001142, 1e-7);
    const Estimate at_90 = estimate_mean(differences, 0.90);
    EXPECT_NEAR(at_90.mean - at_90.half_width, -2.2930053, 1e-7);
    EXPECT_NEAR(at_90.mean + at_90.half_width, -0.8669947, 1e-7);
}

TEST(EstimateMean, UsesStudentWithOneLessThanTheNumberOfSeeds) {
    const std::vector<double> quantiles{12.706204736432095, 4.302652729911275, 3.182446305284263,
                                        2.776445105197793};
    for (std::size_t n = 2; n <= 5; ++n) {
        std::vector<double> values;
        for (std::size_t i = 0; i < n; ++i) {
            values.push_back(static_cast<double>(i));
        }
        // The variance of 0 ... n-1 with n - 1 is n (n + 1) / 12.
        const auto size = static_cast<double>(n);
        const double deviation = std::sqrt(size * (size + 1) / 12);
        const Estimate estimate = estimate_mean(values, 0.95);
        EXPECT_NEAR(estimate.standard_deviation, deviation, 1e-12);
        EXPECT_NEAR(estimate.half_width, quantiles[n - 2] * deviation / std::sqrt(size), 1e-9);
    }
}

TEST(EstimateMean, KnowsNoIntervalOfOneValueAndNothingOfNone) {
    const Estimate one = estimate_mean({0.5}, 0.95);
    EXPECT_EQ(one.n, 1);
    EXPECT_EQ(one.mean, 0.5);
    EXPECT_TRUE(std::isnan(one.half_width));
    EXPECT_TRUE(std::isnan(one.standard_deviation));
    const Estimate none = estimate_mean({}, 0.95);
    EXPECT_EQ(none.n, 0);
    EXPECT_TRUE(std::isnan(none.mean));
}

TEST(EstimateMean, IsExactForEqualValues) {
    for (const double value : {0.1, 1.0 / 3, 1e-300, 12345.678}) {
        const Estimate estimate = estimate_mean({value, value, value}, 0.95);
        EXPECT_EQ(estimate.mean, value);
        EXPECT_EQ(estimate.half_width, 0);
    }
}

TEST(EstimateMean, DoesNotDependOnTheOrder) {
    std::vector<double> values{0.1, 0.7, 1e-9, 3.3, 0.30000000000000004};
    const Estimate first = estimate_mean(values, 0.95);
    std::sort(values.begin(), values.end());
    do {
        const Estimate other = estimate_mean(values, 0.95);
        ASSERT_EQ(other.mean, first.mean);
        ASSERT_EQ(other.half_width, first.half_width);
    } while (std::next_permutation(values.begin(), values.end()));
}

TEST(EstimateMean, SeesTheSpreadOfNearlyEqualValues) {
    const Estimate estimate = estimate_mean({1e9, 1e9 + 1, 1e9 + 2}, 0.95);
    EXPECT_NEAR(estimate.standard_deviation, 1, 1e-12);
}

}  // namespace
}  // namespace batchscope::tests_of_interval
