#include "analysis/statistics/bootstrap.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <vector>

#include "tests/analysis/calibration.hpp"

namespace batchscope {
namespace {

TEST(BootstrapMean, GivesTheIntervalsOfRsBoot) {
    // The example by which scipy.stats.bootstrap is checked against R's boot.
    const std::vector<double> values{10, 12, 12.5, 12.5, 13.9, 15,  21,  22,
                                     23, 34, 50,   81,   89,   121, 134, 213};
    constexpr std::uint64_t resamples = repetitions_of(1'000'000);
    constexpr double tolerance = repeats_fully ? 0.005 : 0.02;
    const BootstrapIntervals intervals = bootstrap_mean(values, 0.95, resamples, 1);
    EXPECT_NEAR(intervals.basic.low / 23.77, 1, tolerance);
    EXPECT_NEAR(intervals.basic.high / 79.12, 1, tolerance);
    EXPECT_NEAR(intervals.percentile.low / 28.86, 1, tolerance);
    EXPECT_NEAR(intervals.percentile.high / 84.21, 1, tolerance);
    EXPECT_NEAR(intervals.bca.low / 32.31, 1, tolerance);
    EXPECT_NEAR(intervals.bca.high / 91.43, 1, tolerance);
}

TEST(BootstrapMean, IsAPureFunctionOfTheValuesInAnyOrder) {
    const std::vector<double> values{0.1, 0.5, 0.2, 0.9};
    const std::vector<double> shuffled{0.9, 0.1, 0.5, 0.2};
    const BootstrapIntervals one = bootstrap_mean(values, 0.95, 500, 3);
    const BootstrapIntervals other = bootstrap_mean(shuffled, 0.95, 500, 3);
    EXPECT_EQ(one.percentile.low, other.percentile.low);
    EXPECT_EQ(one.basic.high, other.basic.high);
    EXPECT_EQ(one.bca.low, other.bca.low);
    EXPECT_NE(bootstrap_mean(values, 0.95, 501, 4).bca.low, one.bca.low);
}

TEST(BootstrapMean, StaysWithinTheValues) {
    const BootstrapIntervals intervals =
        bootstrap_mean(std::vector<double>{0.1, 0.5, 0.9}, 0.95, 2000, 3);
    EXPECT_GE(intervals.percentile.low, 0.1);
    EXPECT_LE(intervals.percentile.high, 0.9);
    EXPECT_GE(intervals.bca.low, 0.1);
    EXPECT_LE(intervals.bca.high, 0.9);
    EXPECT_LT(intervals.bca.low, intervals.bca.high);
}

TEST(BootstrapMean, OfEqualValuesIsTheirValue) {
    const BootstrapIntervals intervals = bootstrap_mean(std::vector<double>(3, 0.1), 0.95, 100, 1);
    for (const BootstrapInterval& interval :
         {intervals.percentile, intervals.basic, intervals.bca}) {
        EXPECT_EQ(interval.low, 0.1);
        EXPECT_EQ(interval.high, 0.1);
    }
}

TEST(BootstrapMean, IsUnknownForFewerThanTwoValues) {
    EXPECT_TRUE(std::isnan(bootstrap_mean({}, 0.95, 100, 1).percentile.low));
    EXPECT_TRUE(std::isnan(bootstrap_mean(std::vector{0.5}, 0.95, 100, 1).bca.high));
    EXPECT_FALSE(std::isnan(bootstrap_mean(std::vector{0.5, 0.7}, 0.95, 100, 1).basic.high));
}

TEST(BootstrapMean, RefusesWhatIsNotFiniteAndNoResamples) {
    EXPECT_THROW((void)bootstrap_mean(
                     std::vector<double>{1, std::numeric_limits<double>::quiet_NaN()}, 0.95, 9, 1),
                 std::invalid_argument);
    EXPECT_THROW((void)bootstrap_mean(std::vector<double>{1, 2}, 0.95, 0, 1),
                 std::invalid_argument);
    EXPECT_THROW((void)bootstrap_mean(std::vector<double>{1, 2}, 95, 9, 1), std::invalid_argument);
}

}  // namespace
}  // namespace batchscope
