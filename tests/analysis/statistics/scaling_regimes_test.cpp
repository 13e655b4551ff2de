#include "analysis/statistics/scaling_regimes.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/random.hpp"

namespace batchscope::tests_of_scaling_regimes {
namespace {

std::vector<StepsToTarget> piecewise_points(double b1, double b2, double slope, double noise,
                                            std::uint64_t seeds, std::uint64_t stream = 1) {
    const RandomStream random(stream, RandomPurpose::probe);
    std::vector<StepsToTarget> points;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        for (double batch_size = 16; batch_size <= 16384; batch_size *= 2) {
            const double x = std::clamp(batch_size, b1, b2);
            const double steps = 500 * b1 / std::min(batch_size, b1) * std::pow(b2 / x, slope);
            points.push_back(
                {batch_size, seed, steps * std::exp(noise * random.normal(points.size()))});
        }
    }
    return points;
}

TEST(PiecewiseScaling, RecoversBordersThatLieOnItsGrid) {
    const PiecewiseScaling fit = fit_piecewise_scaling(piecewise_points(128, 2048, 0.4, 0, 1));
    EXPECT_EQ(fit.status, PiecewiseStatus::fitted);
    EXPECT_NEAR(fit.perfect_until, 128, 1e-9);
    EXPECT_NEAR(fit.plateau_from, 2048, 1e-9);
    EXPECT_NEAR(fit.slope, 0.4, 1e-12);
    EXPECT_NEAR(fit.minimum_steps, 500, 1e-9);
    EXPECT_NEAR(fit.sum_of_squares, 0, 1e-20);
    EXPECT_EQ(fit.preferred, ScalingModel::piecewise);
}

TEST(PiecewiseScaling, FindsBordersToTheSpacingOfItsGrid) {
    const double eighth_of_an_octave = std::pow(2.0, 1.0 / 8);
    const PiecewiseScaling fit = fit_piecewise_scaling(piecewise_points(100, 3000, 0.5, 0, 1));
    EXPECT_LT(std::abs(std::log(fit.perfect_until / 100)), std::log(eighth_of_an_octave));
    EXPECT_LT(std::abs(std::log(fit.plateau_from / 3000)), std::log(eighth_of_an_octave));
    EXPECT_NEAR(fit.slope, 0.5, 0.02);
}

TEST(PiecewiseScaling, PrefersTheHyperbolaOnAHyperbola) {
    std::vector<StepsToTarget> points;
    const RandomStream random(3, RandomPurpose::probe);
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
        for (double batch_size = 16; batch_size <= 16384; batch_size *= 2) {
            points.push_back(
                {batch_size, seed,
                 1000 * (1 + 400 / batch_size) * std::exp(0.03 * random.normal(points.size()))});
        }
    }
    const PiecewiseScaling fit = fit_piecewise_scaling(points);
    EXPECT_EQ(fit.status, PiecewiseStatus::fitted);
    EXPECT_EQ(fit.preferred, ScalingModel::hyperbola);
    EXPECT_GT(fit.aicc, fit.hyperbola_aicc + 2);
}

TEST(PiecewiseScaling, ComparesByTheCorrectedCriterion) {
    const std::vector<StepsToTarget> points = piecewise_points(128, 2048, 0.4, 0.05, 1);
    const PiecewiseScaling fit = fit_piecewise_scaling(points);
    const double n = 11;
    EXPECT_NEAR(fit.aicc, n * std::log(fit.sum_of_squares / n) + 2 * 5 + 2.0 * 5 * 6 / (n - 6),
                1e-9);
    const double squares = fit_critical_batch(points, 0.95).sum_of_squares;
    EXPECT_NEAR(fit.hyperbola_aicc, n * std::log(squares / n) + 2 * 3 + 2.0 * 3 * 4 / (n - 4),
                1e-9);
}

TEST(PiecewiseScaling, ShowsRegimesThatWereNotSeen) {
    std::vector<StepsToTarget> points = piecewise_points(1, 1e9, 1, 0, 1);  // all perfect
    const PiecewiseScaling perfect = fit_piecewise_scaling(points);
    EXPECT_EQ(perfect.status, PiecewiseStatus::fitted);
    EXPECT_NEAR(perfect.plateau_from, 16384, 1e-6);
    EXPECT_EQ(perfect.preferred, ScalingModel::hyperbola);  // as exact, with two parameters less
    for (StepsToTarget& point : points) {
        point.steps = 100;
    }
    const PiecewiseScaling flat = fit_piecewise_scaling(points);
    EXPECT_NEAR(flat.perfect_until, 16, 1e-9);
    EXPECT_EQ(flat.slope, 0);
    EXPECT_NEAR(flat.minimum_steps, 100, 1e-9);
}

TEST(PiecewiseScaling, KeepsTheSlopeBetweenPlateauAndPerfectScaling) {
    for (const double slope : {-0.3, 1.5}) {
        const PiecewiseScaling fit =
            fit_piecewise_scaling(piecewise_points(128, 2048, slope, 0.02, 2));
        EXPECT_GE(fit.slope, 0);
        EXPECT_LE(fit.slope, 1);
    }
}

TEST(PiecewiseScaling, TakesSeedsAsBlocks) {
    std::vector<StepsToTarget> points = piecewise_points(128, 2048, 0.4, 0.02, 3);
    const PiecewiseScaling without = fit_piecewise_scaling(points);
    for (StepsToTarget& point : points) {
        point.steps *= std::exp(static_cast<double>(point.seed));
    }
    const PiecewiseScaling with = fit_piecewise_scaling(points);
    EXPECT_NEAR(with.sum_of_squares, without.sum_of_squares, 1e-9);
    EXPECT_NEAR(with.slope, without.slope, 1e-9);
    EXPECT_NEAR(with.aicc, without.aicc, 1e-5);
}

TEST(PiecewiseScaling, SaysWhyItCannotBeFitted) {
    EXPECT_EQ(fit_piecewise_scaling({}).status, PiecewiseStatus::too_few_batch_sizes);
    std::vector<StepsToTarget> points = piecewise_points(128, 2048, 0.4, 0.02, 1);
    points.resize(5);
    EXPECT_EQ(fit_piecewise_scaling(points).status, PiecewiseStatus::too_few_batch_sizes);
    points = piecewise_points(128, 2048, 0.4, 0.02, 1);
    points.resize(6);
    EXPECT_EQ(fit_piecewise_scaling(points).status, PiecewiseStatus::too_few_runs);
    EXPECT_TRUE(std::isnan(fit_piecewise_scaling(points).aicc));
    points[2].steps = 0;
    EXPECT_EQ(fit_piecewise_scaling(points).status, PiecewiseStatus::invalid_point);
}

TEST(PiecewiseScaling, DoesNotDependOnTheOrder) {
    std::vector<StepsToTarget> points = piecewise_points(128, 2048, 0.4, 0.05, 2);
    const PiecewiseScaling first = fit_piecewise_scaling(points);
    std::reverse(points.begin(), points.end());
    const PiecewiseScaling reversed = fit_piecewise_scaling(points);
    EXPECT_EQ(first.sum_of_squares, reversed.sum_of_squares);
    EXPECT_EQ(first.perfect_until, reversed.perfect_until);
    EXPECT_EQ(first.minimum_steps, reversed.minimum_steps);
}

}  // namespace
}  // namespace batchscope::tests_of_scaling_regimes
