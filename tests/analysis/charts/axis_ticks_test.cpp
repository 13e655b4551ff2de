#include "analysis/charts/axis_ticks.hpp"

#include <gtest/gtest.h>

#include "analysis/charts/text_measure.hpp"
#include "analysis/charts/typography.hpp"

namespace batchscope::tests_of_axis_ticks {
namespace {

std::vector<std::string> labels_of(const AxisTicks& ticks) {
    std::vector<std::string> labels;
    for (const AxisTick& tick : ticks.ticks) {
        labels.push_back(tick.lines.empty() ? "" : tick.lines.front());
    }
    return labels;
}

/// The smallest distance of two neighbouring labels of an x axis.
double smallest_distance(const AxisTicks& ticks, const AxisMapping& mapping) {
    double end = -1e9;
    double smallest = 1e9;
    for (const AxisTick& tick : ticks.ticks) {
        if (!tick.lines.empty()) {
            const double half = text_width(tick.lines.front(), typography::tick_size) / 2;
            smallest = std::min(smallest, mapping.position(tick.value) - half - end);
            end = mapping.position(tick.value) + half;
        }
    }
    return smallest;
}

TEST(XAxisTicks, NeverTouchAndAreNeverLess) {
    for (const AxisScale scale : {AxisScale::linear, AxisScale::log2, AxisScale::log10}) {
        for (const double low : {0.001, 0.9, 17.0, 40'000.0}) {
            for (const double factor : {1.001, 1.5, 30.0, 5000.0, 1e9}) {
                for (const double length : {40.0, 150.0, 320.0}) {
                    const AxisRange range{low, low * factor};
                    const AxisTicks ticks = x_axis_ticks({.scale = scale}, range, length);
                    const AxisMapping mapping(scale, range, 0, length);
                    EXPECT_GT(smallest_distance(ticks, mapping), 6.9);
                    EXPECT_GE(ticks.ticks.size(), 1U);
                }
            }
        }
    }
}

TEST(XAxisTicks, ShowTheCallersTicksAndThinOnlyTheirLabels) {
    const ChartAxis axis{.scale = AxisScale::log2, .ticks = {4096, 16, 64, 256, 1024, 1e6}};
    EXPECT_EQ(labels_of(x_axis_ticks(axis, {10, 5000}, 300)),
              (std::vector<std::string>{"16", "64", "256", "1,024", "4,096"}));
    EXPECT_EQ(labels_of(x_axis_ticks(axis, {10, 5000}, 120)),
              (std::vector<std::string>{"16", "", "256", "", "4,096"}));
}

TEST(XAxisTicks, OfCategoriesAreBrokenOrPutUprightWhereTheyAreWide) {
    ChartAxis axis{.scale = AxisScale::categories};
    axis.categories = {"square root", "linear"};
    const AxisRange range = padded_range(axis, {});
    const AxisTicks wide = x_axis_ticks(axis, range, 300);
    EXPECT_EQ(wide.ticks[0].lines.size(), 1U);
    const AxisTicks narrow = x_axis_ticks(axis, range, 100);
    EXPECT_EQ(narrow.ticks[0].lines, (std::vector<std::string>{"square", "root"}));
    EXPECT_FALSE(narrow.upright);
    const AxisTicks upright = x_axis_ticks(axis, range, 60);
    EXPECT_TRUE(upright.upright);
    EXPECT_EQ(upright.ticks[0].lines, std::vector<std::string>{"square root"});
    EXPECT_GT(upright.height(), narrow.height());
}

TEST(YAxisTicks, WrapCategoriesAndLeaveRoomForNumbers) {
    ChartAxis axis{.scale = AxisScale::categories};
    axis.categories = {"a long name of a run", "b"};
    const AxisTicks ticks = y_axis_ticks(axis, padded_range(axis, {}), 100, 60);
    EXPECT_GE(ticks.ticks[0].lines.size(), 2U);
    EXPECT_LE(ticks.width(), 60);
    for (const double length : {20.0, 50.0, 200.0}) {
        const AxisTicks numbers = y_axis_ticks({}, {0, 1}, length, 60);
        EXPECT_GE(length / static_cast<double>(numbers.ticks.size() - 1), 13.0);
    }
}

TEST(AxisTicks, TakeNoRoomWithoutLabels) {
    EXPECT_EQ(AxisTicks{}.width(), 0);
    EXPECT_EQ(AxisTicks{}.height(), 0);
}

}  // namespace
}  // namespace batchscope::tests_of_axis_ticks
