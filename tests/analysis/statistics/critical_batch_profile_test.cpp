#include "analysis/statistics/critical_batch_profile.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "tests/analysis/statistics/scaling_curves.hpp"

namespace batchscope::tests_of_critical_batch_profile {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(BlockOfEachRun, GivesSeedsOfSeveralBatchSizesABlockOfTheirOwn) {
    const std::vector<StepsToTarget> points{{32, 9, 1}, {64, 9, 1},  {32, 4, 1},
                                            {64, 3, 1}, {128, 3, 1}, {32, 4, 1}};
    EXPECT_EQ(block_of_each_run(points, SeedRole::blocks),
              (std::vector<std::size_t>{1, 1, 2, 0, 0, 2}));
    EXPECT_EQ(block_of_each_run(points, SeedRole::replicates), std::vector<std::size_t>(6, 0));
    EXPECT_TRUE(block_of_each_run({}, SeedRole::blocks).empty());
}

TEST(CriticalBatchProfile, IsZeroOnTheExactCurveAndComesToItsLimits) {
    const CriticalBatchProfile profile(exact_points(powers_of_two, 1000, 256), SeedRole::blocks);
    EXPECT_NEAR(profile.sum_of_squares(std::log(256)), 0, 1e-28);
    EXPECT_GT(profile.sum_of_squares(std::log(200)), 1e-4);
    EXPECT_NEAR(profile.sum_of_squares(-30), profile.sum_of_squares(-infinity), 1e-12);
    EXPECT_NEAR(profile.sum_of_squares(60), profile.sum_of_squares(infinity), 1e-10);
}

TEST(CriticalBatchProfile, LimitsAreTheScatterOfStepsAndOfExamples) {
    // ln S = 0, 0, 3 and ln S + ln B = 0, 1, 5: sums of squares around the means 1 and 2.
    const std::vector<StepsToTarget> points{
        {1, 1, 1}, {std::exp(1.0), 1, 1}, {std::exp(2.0), 1, std::exp(3.0)}};
    const CriticalBatchProfile profile(points, SeedRole::blocks);
    EXPECT_NEAR(profile.sum_of_squares(-infinity), 6, 1e-12);
    EXPECT_NEAR(profile.sum_of_squares(infinity), 14, 1e-12);
}

TEST(CriticalBatchProfile, DistanceIsTheSumOfSquaresOfAnExactCurve) {
    const CriticalBatchProfile profile(exact_points(powers_of_two, 1000, 256, 2), SeedRole::blocks);
    for (const double other : {-infinity, std::log(3.0), std::log(5000.0), infinity}) {
        EXPECT_NEAR(profile.squared_distance(std::log(256), other), profile.sum_of_squares(other),
                    1e-12);
        EXPECT_NEAR(profile.squared_distance(other, std::log(256)), profile.sum_of_squares(other),
                    1e-12);
        EXPECT_EQ(profile.squared_distance(other, other), 0);
    }
}

/// Seeds with all batch sizes, with some, with one twice and with one only, and unequal weights.
std::vector<StepsToTarget> ragged_points() {
    std::vector<StepsToTarget> points;
    for (int i = 0; i < 40; ++i) {
        const std::uint64_t seed = i % 7;
        const double batch_size = std::exp2(4 + (seed < 4 ? i / 7 : i % 2));
        const double steps = 100 * (1 + 50 / batch_size) * (1 + 0.1 * std::sin(i));
        points.push_back({.batch_size = batch_size,
                          .seed = seed,
                          .steps = steps,
                          .weight = seed == 3 ? 2.0 : 1.0});
    }
    return points;
}

TEST(CriticalBatchProfile, MeansOfBlocksAndTheirScatterHoldTheSumOfSquaresOfAllRuns) {
    for (const SeedRole seeds : {SeedRole::blocks, SeedRole::replicates}) {
        const CriticalBatchProfile profile(ragged_points(), seeds);
        for (const double log_critical : {-infinity, 0.0, std::log(50.0), 9.0, infinity}) {
            double sum = 0;
            profile.for_each_residual(log_critical, [&](const auto& run, double residual) {
                sum += run.weight * residual * residual;
            });
            EXPECT_NEAR(profile.sum_of_squares(log_critical), sum, 1e-13 * sum);
        }
    }
}

TEST(CriticalBatchProfile, SeedsOfTheSameBatchSizesAreOneMeanBlock) {
    const CriticalBatchProfile equal(exact_points(powers_of_two, 1000, 256, 5), SeedRole::blocks);
    EXPECT_EQ(equal.blocks().size(), 5U);
    EXPECT_EQ(equal.mean_blocks().size(), 1U);
    const CriticalBatchProfile ragged(ragged_points(), SeedRole::blocks);
    EXPECT_GT(ragged.mean_blocks().size(), 2U);
    EXPECT_LT(ragged.mean_blocks().size(), ragged.blocks().size());
}

}  // namespace
}  // namespace batchscope::tests_of_critical_batch_profile
