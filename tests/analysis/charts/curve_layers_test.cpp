#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "drawn_shapes.hpp"

namespace batchscope::tests_of_curve_layers {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr Style style{.colour = test_colour};

std::size_t points_of(const std::vector<PathShape>& paths) {
    std::size_t points = 0;
    for (const PathShape& path : paths) {
        for (const auto& part : path.parts) {
            points += part.size();
        }
    }
    return points;
}

TEST(LineLayer, HasAGapAtNaNAndADotBetweenGaps) {
    const Drawing drawing = draw_layers({LineLayer{.style = style,
                                                   .x = {1, 2, 3, 4, 5, 6, 7},
                                                   .y = {1, 2, nan, 4, nan, 6, 7},
                                                   .hover = "seed 1"}});
    const auto paths = test_paths(drawing);
    ASSERT_EQ(paths.size(), 1U);
    EXPECT_EQ(paths[0].parts.size(), 2U);
    EXPECT_EQ(paths[0].hover, "seed 1");
    const auto dots = shapes_of<MarkerShape>(drawing);
    ASSERT_EQ(dots.size(), 1U);
    EXPECT_EQ(dots[0].hover, "seed 1");
    EXPECT_EQ(drawing.hidden_values, 0U);
}

TEST(LineLayer, OfNaNIsNothing) {
    const Drawing drawing =
        draw_layers({LineLayer{.style = style, .x = {1, 2, nan}, .y = {nan, nan, 1}}});
    EXPECT_TRUE(test_paths(drawing).empty());
    EXPECT_TRUE(shapes_of<MarkerShape>(drawing).empty());
}

TEST(LineLayer, CountsWhatALogarithmCannotShow) {
    const Drawing drawing =
        draw_layers({LineLayer{.style = style, .x = {1, 2, 3, 4}, .y = {1, 0, 2, 3}}}, {},
                    {.scale = AxisScale::log10});
    EXPECT_EQ(drawing.hidden_values, 1U);
    EXPECT_EQ(points_of(test_paths(drawing)), 2U);
}

TEST(LineLayer, StaysWithinThePlot) {
    const Drawing drawing = draw_layers(
        {LineLayer{.style = style, .x = {0, 1, 2}, .y = {0, 100, 0}}}, {}, {.low = 0, .high = 10});
    const auto paths = test_paths(drawing);
    ASSERT_EQ(paths.size(), 1U);
    EXPECT_EQ(paths[0].parts.size(), 2U);
    EXPECT_EQ(drawing.hidden_values, 0U) << "one sees it leave";
}

Chart many_curves(int curves, int length) {
    Panel panel;
    for (int curve = 0; curve < curves; ++curve) {
        LineLayer line{.style = style};
        for (int i = 0; i < length; ++i) {
            line.x.push_back(i);
            line.y.push_back(std::sin(1.7 * i + curve));
        }
        panel.layers.emplace_back(std::move(line));
    }
    return {.panels = {panel}};
}

TEST(LineLayer, IsThinnedToWhatCanBeSeen) {
    const std::size_t one =
        points_of(test_paths(draw_chart(many_curves(1, 100'000), false, false)));
    EXPECT_LE(one, 3000U);
    EXPECT_GE(one, 1000U);
    EXPECT_EQ(points_of(test_paths(draw_chart(many_curves(1, 500), false, false))), 500U);
}

TEST(LineLayer, SharesABudgetWithAThousandOthers) {
    const std::size_t crowd =
        points_of(test_paths(draw_chart(many_curves(1000, 3000), false, false)));
    EXPECT_LE(crowd, 130'000U);
    EXPECT_GE(crowd, 50'000U);
    // Curves of a usual number of epochs are drawn in full.
    EXPECT_EQ(points_of(test_paths(draw_chart(many_curves(1000, 100), false, false))), 100'000U);
}

}  // namespace
}  // namespace batchscope::tests_of_curve_layers
