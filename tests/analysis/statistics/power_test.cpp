#include "analysis/statistics/power.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <vector>

#include "analysis/statistics/interval.hpp"

namespace batchscope::tests_of_power {
namespace {

// n paired differences with a mean of 0 and a standard deviation of 1.
PairedComparison unit_comparison(std::int64_t n) {
    std::vector<double> differences;
    for (std::int64_t i = 0; i < n; ++i) {
        // The variance of 0 ... n-1 with n - 1 is n (n + 1) / 12.
        const auto size = static_cast<double>(n);
        differences.push_back((static_cast<double>(i) - (size - 1) / 2) /
                              std::sqrt(size * (size + 1) / 12));
    }
    return paired_comparison(differences, 0.95);
}

TEST(MinimumDetectableEffect, GivesTheTabledValues) {
    const std::vector<std::pair<std::int64_t, double>> single{
        {3, 3.264}, {4, 2.128}, {5, 1.682}, {7, 1.273}, {10, 0.996}};
    for (const auto& [n, effect] : single) {
        EXPECT_NEAR(minimum_detectable_effect(unit_comparison(n), 0.05), effect, 6e-4) << n;
    }
    const std::vector<std::pair<std::int64_t, double>> of_seven{
        {3, 8.66}, {4, 4.17}, {5, 2.87}, {7, 1.93}, {10, 1.41}};
    for (const auto& [n, effect] : of_seven) {
        EXPECT_NEAR(minimum_detectable_effect(unit_comparison(n), 0.05 / 7), effect, 6e-3) << n;
    }
}

TEST(MinimumDetectableEffect, ScalesWithTheSpread) {
    const PairedComparison one = paired_comparison(std::vector<double>{1, 2, 4}, 0.95);
    const PairedComparison thousandth =
        paired_comparison(std::vector<double>{0.001, 0.002, 0.004}, 0.95);
    EXPECT_NEAR(minimum_detectable_effect(thousandth, 0.05),
                minimum_detectable_effect(one, 0.05) / 1000, 1e-9);
}

TEST(MinimumDetectableEffect, IsUnknownWithoutSpread) {
    EXPECT_TRUE(std::isnan(minimum_detectable_effect(paired_comparison({}, 0.95), 0.05)));
    EXPECT_TRUE(std::isnan(
        minimum_detectable_effect(paired_comparison(std::vector<double>{1}, 0.95), 0.05)));
    EXPECT_TRUE(std::isnan(
        minimum_detectable_effect(paired_comparison(std::vector<double>{1, 1, 1}, 0.95), 0.05)));
}

TEST(MinimumDetectableEffect, HoldsForTwoSeedsAndStrictLevels) {
    for (const double alpha : {0.05, 0.001}) {
        const double effect = minimum_detectable_effect(unit_comparison(2), alpha);
        EXPECT_NEAR(one_sided_power(effect * std::sqrt(2.0), 1, alpha / 2), 0.8, 1e-9);
    }
}

TEST(OneSidedPower, GoesOverIntoItsLimitWhereQuantilesAreHuge) {
    // One degree of freedom: P(|N| < d / q) = P(X < (d / q)^2). The quantile at 6.4e-5 is 4974, at
    // 6.3e-5 it is 5053: either side of where the limit takes over.
    for (const double alpha : {6.4e-5, 6.3e-5, 1e-5, 1e-7}) {
        const double quantile = student_quantile(1 - 2 * alpha, 1);
        EXPECT_NEAR(one_sided_power(quantile, 1, alpha), std::erf(1 / std::sqrt(2.0)), 1e-6);
        EXPECT_NEAR(one_sided_power(3 * quantile, 1, alpha), std::erf(3 / std::sqrt(2.0)), 1e-6);
    }
    // Two seeds in a family of a thousand: still a number.
    EXPECT_GT(minimum_detectable_effect(unit_comparison(2), 0.05 / 1000), 1000);
    EXPECT_NE(seeds_to_detect(unit_comparison(2), 1, 0.05 / 1000), std::nullopt);
}

TEST(OneSidedPower, IsTheLevelWithoutAnEffectAndGrowsWithIt) {
    EXPECT_NEAR(one_sided_power(0, 4, 0.05), 0.05, 1e-12);
    double last = 0;
    for (double effect = 0; effect < 60; effect += 0.5) {
        const double power = one_sided_power(effect, 2, 0.025 / 7);
        EXPECT_GE(power, last - 1e-12) << effect;
        last = power;
    }
    EXPECT_NEAR(last, 1, 1e-4);
}

TEST(SeedsToDetect, IsTheSmallestNumberWithThePower) {
    for (const std::int64_t n : {4, 5, 7, 10, 50}) {
        // Just above what n seeds could have seen, n suffice; just below, they do not.
        const PairedComparison comparison = unit_comparison(n);
        const double effect = minimum_detectable_effect(comparison, 0.05);
        EXPECT_EQ(seeds_to_detect(comparison, effect * 1.0001, 0.05), n);
        EXPECT_EQ(seeds_to_detect(comparison, effect * 0.9999, 0.05), n + 1);
    }
}

TEST(SeedsToDetect, DoesNotDependOnHowManySeedsMeasuredTheSpread) {
    EXPECT_EQ(seeds_to_detect(unit_comparison(3), 0.5, 0.05),
              seeds_to_detect(unit_comparison(30), 0.5, 0.05));
    // G*Power 3.1, t test of a difference from a constant: effect 0.5, power 0.8: 34.
    EXPECT_EQ(seeds_to_detect(unit_comparison(3), 0.5, 0.05), 34);
}

TEST(SeedsToDetect, IsTwoForHugeEffectsAndUnknownForTinyOnes) {
    EXPECT_EQ(seeds_to_detect(unit_comparison(3), 1e6, 0.05), 2);
    EXPECT_EQ(seeds_to_detect(unit_comparison(3), 1e-6, 0.05), std::nullopt);
    EXPECT_EQ(seeds_to_detect(paired_comparison(std::vector<double>{1}, 0.95), 1, 0.05),
              std::nullopt);
    EXPECT_EQ(seeds_to_detect(paired_comparison(std::vector<double>{1, 1}, 0.95), 1, 0.05),
              std::nullopt);
}

TEST(SeedsToShowEquivalence, HasThePowerInTheLimitOfKnownSpread) {
    // (z(.95) + z(.9))^2 / 0.1^2 = 856.4 with the normal distribution; a few more with Student's.
    const auto seeds = seeds_to_show_equivalence(unit_comparison(3), 0.1, 0.05);
    ASSERT_TRUE(seeds);
    EXPECT_GE(*seeds, 857);
    EXPECT_LE(*seeds, 860);
}

TEST(Planning, RefusesWhatIsNoLevelAndNoEffect) {
    const PairedComparison comparison = unit_comparison(3);
    EXPECT_THROW((void)minimum_detectable_effect(comparison, 0), std::invalid_argument);
    EXPECT_THROW((void)minimum_detectable_effect(comparison, 0.05, 1), std::invalid_argument);
    EXPECT_THROW((void)seeds_to_detect(comparison, 0, 0.05), std::invalid_argument);
    EXPECT_THROW((void)seeds_to_detect(comparison, std::numeric_limits<double>::quiet_NaN(), 0.05),
                 std::invalid_argument);
    EXPECT_THROW((void)seeds_to_show_equivalence(comparison, -1, 0.05), std::invalid_argument);
}

}  // namespace
}  // namespace batchscope::tests_of_power
