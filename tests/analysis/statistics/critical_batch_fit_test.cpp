#include "analysis/statistics/critical_batch_fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "core/random.hpp"
#include "tests/analysis/statistics/scaling_curves.hpp"

namespace batchscope::tests_of_critical_batch_fit {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

TEST(CriticalBatchFit, RecoversExactCurves) {
    for (const double critical_batch : {1.0, 40.0, 256.0, 3000.0, 1e5}) {
        const CriticalBatchFit fit =
            fit_critical_batch(exact_points(powers_of_two, 1000, critical_batch), 0.95);
        EXPECT_EQ(fit.status, CriticalBatchStatus::fitted);
        EXPECT_NEAR(fit.critical_batch / critical_batch, 1, 1e-6);
        EXPECT_NEAR(fit.minimum_steps, 1000, 1e-3);
        EXPECT_NEAR(fit.minimum_examples / (1000 * critical_batch), 1, 1e-6);
        EXPECT_TRUE(fit.is_without_scatter);
        EXPECT_NEAR(fit.lower / critical_batch, 1, 1e-5);
        EXPECT_NEAR(fit.upper / critical_batch, 1, 1e-5);
    }
}

TEST(CriticalBatchFit, GivesTheNumbersOfTheOracle) {
    const CriticalBatchFit fit = fit_critical_batch(oracle_points(), 0.95);
    EXPECT_EQ(fit.status, CriticalBatchStatus::fitted);
    EXPECT_EQ(fit.runs, 8);
    EXPECT_EQ(fit.batch_sizes, 8);
    EXPECT_EQ(fit.blocks, 1);
    EXPECT_EQ(fit.degrees_of_freedom, 6);
    EXPECT_NEAR(fit.minimum_steps, 987.703709, 1e-4);
    EXPECT_NEAR(fit.critical_batch, 263.184053, 1e-4);
    EXPECT_NEAR(fit.sum_of_squares, 0.00665397, 5e-9);
    EXPECT_EQ(fit.bounds, CriticalBatchBounds::bounded);
    // A bisection in Python with correctly rounded sums gives the same; the oracle's 238.902 and
    // 289.760 come from a grid.
    EXPECT_NEAR(fit.lower, 238.918313747, 1e-6);
    EXPECT_NEAR(fit.upper, 289.758576731, 1e-6);
    EXPECT_FALSE(fit.is_without_scatter);
    EXPECT_TRUE(std::isnan(fit.lack_of_fit.p));
}

TEST(CriticalBatchFit, AtTheMinimumAllDerivativesVanish) {
    const CriticalBatchFit fit = fit_critical_batch(oracle_points(), 0.95);
    double sum = 0;
    double product = 0;
    double squares = 0;
    for (std::size_t i = 0; i < fit.residuals.size(); ++i) {
        sum += fit.residuals[i];
        product += fit.residuals[i] * local_scaling_slope(powers_of_two[i], fit.critical_batch);
        squares += fit.residuals[i] * fit.residuals[i];
    }
    EXPECT_NEAR(sum, 0, 1e-12);
    EXPECT_NEAR(product, 0, 1e-6);
    EXPECT_NEAR(squares, fit.sum_of_squares, 1e-12);
    EXPECT_NEAR(fit.residual_standard_deviation, std::sqrt(squares / 6), 1e-12);
}

TEST(CriticalBatchFit, FollowsTheUnits) {
    const CriticalBatchFit fit = fit_critical_batch(oracle_points(), 0.95);
    std::vector<StepsToTarget> scaled = oracle_points();
    for (StepsToTarget& point : scaled) {
        point.batch_size *= 1024;  // tokens in place of sequences
        point.steps *= 3;
    }
    const CriticalBatchFit other = fit_critical_batch(scaled, 0.95);
    EXPECT_NEAR(other.critical_batch / fit.critical_batch, 1024, 1e-4);
    EXPECT_NEAR(other.upper / fit.upper, 1024, 1e-4);
    EXPECT_NEAR(other.minimum_steps / fit.minimum_steps, 3, 1e-6);
}

TEST(CriticalBatchFit, DoesNotDependOnTheOrderOfTheRuns) {
    const std::vector<StepsToTarget> points = noisy_points(256, 3, 0.1, 0.1, 5);
    const CriticalBatchFit first = fit_critical_batch(points, 0.95);
    for (std::uint64_t shuffle = 0; shuffle < 20; ++shuffle) {
        const auto permutation = random_permutation(RandomStream(shuffle, RandomPurpose::order),
                                                    static_cast<std::int64_t>(points.size()));
        std::vector<StepsToTarget> shuffled;
        for (const std::int64_t i : permutation) {
            shuffled.push_back(points[static_cast<std::size_t>(i)]);
        }
        const CriticalBatchFit other = fit_critical_batch(shuffled, 0.95);
        ASSERT_EQ(other.critical_batch, first.critical_batch);
        ASSERT_EQ(other.lower, first.lower);
        ASSERT_EQ(other.upper, first.upper);
        ASSERT_EQ(other.minimum_steps, first.minimum_steps);
        ASSERT_EQ(other.lack_of_fit.p, first.lack_of_fit.p);
        for (std::size_t i = 0; i < permutation.size(); ++i) {
            ASSERT_EQ(other.residuals[i],
                      first.residuals[static_cast<std::size_t>(permutation[i])]);
        }
    }
}

TEST(CriticalBatchFit, StepsThatNeverChangeGiveOnlyAnUpperBound) {
    std::vector<StepsToTarget> points = oracle_points();
    for (StepsToTarget& point : points) {
        point.steps /= 1 + 256 / point.batch_size;
    }
    const CriticalBatchFit fit = fit_critical_batch(points, 0.95);
    EXPECT_EQ(fit.bounds, CriticalBatchBounds::only_upper);
    EXPECT_EQ(fit.lower, 0);
    EXPECT_GT(fit.upper, 0);
    EXPECT_LT(fit.upper, 32);
    for (StepsToTarget& point : points) {
        point.steps = 700;
    }
    const CriticalBatchFit equal = fit_critical_batch(points, 0.95);
    EXPECT_EQ(equal.critical_batch, 0);
    EXPECT_EQ(equal.minimum_examples, 0);
    EXPECT_NEAR(equal.minimum_steps, 700, 1e-9);
    EXPECT_EQ(equal.bounds, CriticalBatchBounds::only_upper);
    EXPECT_TRUE(equal.is_without_scatter);
}

TEST(CriticalBatchFit, PerfectScalingGivesOnlyALowerBound) {
    std::vector<StepsToTarget> points = oracle_points();
    for (StepsToTarget& point : points) {
        point.steps *= 1e6 / point.batch_size / (1000 * (1 + 256 / point.batch_size));
    }
    const CriticalBatchFit fit = fit_critical_batch(points, 0.95);
    EXPECT_EQ(fit.bounds, CriticalBatchBounds::only_lower);
    EXPECT_GT(fit.lower, 4096);
    EXPECT_EQ(fit.upper, infinity);
    for (StepsToTarget& point : points) {
        point.steps = 1e6 / point.batch_size;
    }
    const CriticalBatchFit exact = fit_critical_batch(points, 0.95);
    EXPECT_EQ(exact.critical_batch, infinity);
    EXPECT_EQ(exact.minimum_steps, 0);
    EXPECT_NEAR(exact.minimum_examples, 1e6, 1e-3);
}

TEST(CriticalBatchFit, NoiseAloneOverANarrowRangeSaysNothing) {
    std::vector<StepsToTarget> points{{64, 1, 1000}, {96, 1, 400}, {128, 1, 900}};
    const CriticalBatchFit fit = fit_critical_batch(points, 0.95);
    EXPECT_EQ(fit.status, CriticalBatchStatus::fitted);
    EXPECT_EQ(fit.bounds, CriticalBatchBounds::none);
    EXPECT_EQ(fit.lower, 0);
    EXPECT_EQ(fit.upper, infinity);
}

TEST(CriticalBatchFit, MoreConfidenceIsAWiderInterval) {
    const CriticalBatchFit narrow = fit_critical_batch(oracle_points(), 0.8);
    const CriticalBatchFit wide = fit_critical_batch(oracle_points(), 0.99);
    EXPECT_LT(wide.lower, narrow.lower);
    EXPECT_GT(wide.upper, narrow.upper);
    EXPECT_LT(narrow.lower, narrow.critical_batch);
    EXPECT_GT(narrow.upper, narrow.critical_batch);
}

TEST(CriticalBatchFit, SaysWhyItCannotBeFitted) {
    const auto status = [](const std::vector<StepsToTarget>& points) {
        const CriticalBatchFit fit = fit_critical_batch(points, 0.95);
        EXPECT_TRUE(std::isnan(fit.critical_batch));
        EXPECT_TRUE(std::isnan(fit.lower));
        EXPECT_EQ(fit.degrees_of_freedom, 0);
        return fit.status;
    };
    EXPECT_EQ(status({}), CriticalBatchStatus::too_few_batch_sizes);
    EXPECT_EQ(status({{32, 1, 100}}), CriticalBatchStatus::too_few_batch_sizes);
    EXPECT_EQ(status({{32, 1, 100}, {64, 1, 70}, {64, 2, 72}, {32, 2, 99}}),
              CriticalBatchStatus::too_few_batch_sizes);
    // Three batch sizes, but no seed joins the third to the others.
    EXPECT_EQ(status({{32, 1, 100}, {64, 1, 70}, {128, 2, 50}}), CriticalBatchStatus::too_few_runs);
}

TEST(CriticalBatchFit, RefusesWhatIsNoNumberOfSteps) {
    for (const double bad : {0.0, -1.0, missing, infinity}) {
        std::vector<StepsToTarget> points = oracle_points();
        points[3].steps = bad;
        EXPECT_EQ(fit_critical_batch(points, 0.95).status, CriticalBatchStatus::invalid_point);
        points = oracle_points();
        points[3].batch_size = bad;
        EXPECT_EQ(fit_critical_batch(points, 0.95).status, CriticalBatchStatus::invalid_point);
        points = oracle_points();
        points[3].weight = bad;
        EXPECT_EQ(fit_critical_batch(points, 0.95).status, CriticalBatchStatus::invalid_point);
    }
}

TEST(CriticalBatchFit, AWeightStandsForThatManyEqualRuns) {
    std::vector<StepsToTarget> weighted = oracle_points();
    std::vector<StepsToTarget> repeated = oracle_points();
    weighted[2].weight = 3;
    repeated.push_back(repeated[2]);
    repeated.push_back(repeated[2]);
    const CriticalBatchFit a = fit_critical_batch(weighted, 0.95);
    const CriticalBatchFit b = fit_critical_batch(repeated, 0.95);
    EXPECT_NEAR(a.critical_batch, b.critical_batch, 1e-4);
    EXPECT_NEAR(a.minimum_steps, b.minimum_steps, 1e-4);
    EXPECT_NEAR(a.sum_of_squares, b.sum_of_squares, 1e-12);
}

TEST(CriticalBatchFit, SeedsAsBlocksRemoveWhatASeedDoesToAllBatchSizes) {
    const std::vector<StepsToTarget> without = noisy_points(256, 3, 0.05, 0, 7);
    std::vector<StepsToTarget> with = without;
    for (StepsToTarget& point : with) {
        point.steps *= std::exp(0.5 * static_cast<double>(point.seed));
    }
    const CriticalBatchFit a = fit_critical_batch(without, 0.95);
    const CriticalBatchFit b = fit_critical_batch(with, 0.95);
    EXPECT_EQ(a.blocks, 3);
    EXPECT_EQ(a.degrees_of_freedom, 24 - 3 - 1);
    EXPECT_NEAR(a.critical_batch, b.critical_batch, 1e-4);
    EXPECT_NEAR(a.lower, b.lower, 1e-4);
    EXPECT_NEAR(a.upper, b.upper, 1e-4);
    EXPECT_NEAR(a.lack_of_fit.p, b.lack_of_fit.p, 1e-6);
    // As replicates the same seeds would hide the curve.
    const CriticalBatchFit hidden = fit_critical_batch(with, 0.95, SeedRole::replicates);
    EXPECT_EQ(hidden.blocks, 1);
    EXPECT_EQ(hidden.degrees_of_freedom, 24 - 2);
    EXPECT_NEAR(hidden.critical_batch, b.critical_batch, 1e-3);
    EXPECT_GT(hidden.upper / hidden.lower, 2 * b.upper / b.lower);
}

TEST(CriticalBatchFit, SeedsOfOneBatchSizeShareAMinimum) {
    std::vector<StepsToTarget> points = oracle_points();
    for (std::size_t i = 0; i < points.size(); ++i) {
        points[i].seed = i;  // no seed twice: nothing is paired
    }
    const CriticalBatchFit fit = fit_critical_batch(points, 0.95);
    EXPECT_EQ(fit.blocks, 1);
    EXPECT_EQ(fit.upper, fit_critical_batch(oracle_points(), 0.95).upper);
}

TEST(ScalingRegime, FollowsItsDefinition) {
    EXPECT_EQ(batch_regime(51.2, 256), BatchRegime::perfect_scaling);
    EXPECT_EQ(batch_regime(52, 256), BatchRegime::diminishing_returns);
    EXPECT_EQ(batch_regime(1279, 256), BatchRegime::diminishing_returns);
    EXPECT_EQ(batch_regime(1280, 256), BatchRegime::plateau);
    EXPECT_EQ(batch_regime(64, infinity), BatchRegime::perfect_scaling);
    EXPECT_EQ(batch_regime(64, 0), BatchRegime::plateau);
    EXPECT_EQ(batch_regime(64, missing), BatchRegime::not_known);
}

TEST(ScalingSlope, IsTheDerivativeOfTheCurve) {
    const double h = 1e-5;
    const auto log_steps = [](double log_batch) { return std::log1p(256 / std::exp(log_batch)); };
    for (const double batch_size : {8.0, 256.0, 5000.0}) {
        const double x = std::log(batch_size);
        EXPECT_NEAR(local_scaling_slope(batch_size, 256),
                    (log_steps(x - h) - log_steps(x + h)) / (2 * h), 1e-9);
    }
    EXPECT_EQ(local_scaling_slope(256, 256), 0.5);
    EXPECT_EQ(local_scaling_slope(256, 0), 0);
    EXPECT_EQ(local_scaling_slope(256, infinity), 1);
}

TEST(BatchSizeAtOverhead, CostsThatManyMoreExamples) {
    const double batch_size = batch_size_at_overhead(256);
    EXPECT_NEAR(batch_size, 51.2, 1e-12);
    const double examples = batch_size * 1000 * (1 + 256 / batch_size);
    EXPECT_NEAR(examples / (1000 * 256), 1.2, 1e-12);
}

}  // namespace
}  // namespace batchscope::tests_of_critical_batch_fit
