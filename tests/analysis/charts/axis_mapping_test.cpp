#include "analysis/charts/axis_mapping.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace batchscope::tests_of_axis_mapping {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(AxisRange, IgnoresWhatIsNoNumber) {
    AxisRange range;
    range.include(nan);
    range.include(infinity);
    EXPECT_TRUE(std::isnan(range.low));
    range.include(3);
    range.include(-1);
    EXPECT_EQ(range.low, -1);
    EXPECT_EQ(range.high, 3);
}

TEST(PaddedRange, LeavesAirAroundTheMarks) {
    const AxisRange linear = padded_range({}, {0, 10});
    EXPECT_LT(linear.low, 0);
    EXPECT_GT(linear.high, 10);
    const AxisRange log = padded_range({.scale = AxisScale::log2}, {16, 4096});
    EXPECT_NEAR(log.low * log.high, 16.0 * 4096, 1e-6);
    EXPECT_LT(log.low, 16);
    EXPECT_GT(log.low, 8);
}

TEST(PaddedRange, ObeysTheAxis) {
    const AxisRange range = padded_range({.low = 0, .high = 1}, {0.2, 5});
    EXPECT_EQ(range.low, 0);
    EXPECT_EQ(range.high, 1);
    // What a logarithm has no place for is no wish.
    const AxisRange log = padded_range({.scale = AxisScale::log10, .low = 0}, {1, 10});
    EXPECT_GT(log.low, 0);
    const AxisRange beyond = padded_range({.low = 100}, {1, 2});
    EXPECT_LT(beyond.low, beyond.high);
}

TEST(PaddedRange, IsARangeForOneValueAndForNone) {
    for (const AxisScale scale : {AxisScale::linear, AxisScale::log2, AxisScale::log10}) {
        for (const AxisRange& needed :
             {AxisRange{}, AxisRange{64, 64}, AxisRange{1, 1 + 1e-15}, AxisRange{1e-300, 1e-300}}) {
            const AxisRange range = padded_range({.scale = scale}, needed);
            EXPECT_LT(range.low, range.high);
            EXPECT_TRUE(std::isfinite(range.high - range.low));
        }
    }
    EXPECT_LT(padded_range({}, {0, 0}).low, 0);
    EXPECT_GT(padded_range({}, {-2, -2}).high, -2);
}

TEST(PaddedRange, OfCategoriesHoldsEachInTheMiddleOfItsPlace) {
    ChartAxis axis{.scale = AxisScale::categories};
    axis.categories = {"a", "b", "c"};
    EXPECT_EQ(padded_range(axis, {}).low, -0.5);
    EXPECT_EQ(padded_range(axis, {}).high, 2.5);
}

TEST(AxisMapping, PutsEqualFactorsAtEqualDistances) {
    const AxisMapping mapping(AxisScale::log2, {16, 256}, 0, 100);
    EXPECT_DOUBLE_EQ(mapping.position(16), 0);
    EXPECT_DOUBLE_EQ(mapping.position(64), 50);
    EXPECT_DOUBLE_EQ(mapping.position(256), 100);
    const AxisMapping upwards(AxisScale::linear, {0, 10}, 200, 100);
    EXPECT_DOUBLE_EQ(upwards.position(10), 100);
    EXPECT_DOUBLE_EQ(upwards.position(2.5), 175);
}

TEST(AxisMapping, HasNoPlaceForWhatItCannotShow) {
    const AxisMapping log(AxisScale::log10, {1, 100}, 0, 100);
    for (const double value : {0.0, -1.0, nan, infinity}) {
        EXPECT_TRUE(std::isnan(log.position(value)));
        EXPECT_FALSE(log.shows(value));
    }
    EXPECT_TRUE(log.shows(1));
    EXPECT_TRUE(log.shows(100));
    EXPECT_FALSE(log.shows(101));
}

TEST(AxisMapping, ClampsToTheNearerEnd) {
    const AxisMapping log(AxisScale::log10, {1, 100}, 300, 100);
    EXPECT_EQ(log.clamped_position(0), 300);
    EXPECT_EQ(log.clamped_position(-infinity), 300);
    EXPECT_EQ(log.clamped_position(infinity), 100);
    EXPECT_EQ(log.clamped_position(1e9), 100);
    EXPECT_DOUBLE_EQ(log.clamped_position(10), 200);
    EXPECT_TRUE(std::isnan(log.clamped_position(nan)));
}

}  // namespace
}  // namespace batchscope::tests_of_axis_mapping
