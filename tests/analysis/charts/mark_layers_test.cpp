#include <gtest/gtest.h>

#include <limits>

#include "drawn_shapes.hpp"

namespace batchscope::tests_of_mark_layers {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr Style style{.colour = test_colour};

Drawing draw_interval(IntervalMark mark, ChartAxis y = {.low = 0, .high = 10}) {
    return draw_layers({IntervalLayer{.style = style, .intervals = {mark}}}, {}, std::move(y));
}

TEST(PointLayer, DrawsNoPointForNaN) {
    const Drawing drawing = draw_layers({PointLayer{
        .style = style, .points = {{1, 1, ""}, {2, nan, ""}, {nan, 3, ""}, {4, 4, ""}}}});
    EXPECT_EQ(shapes_of<MarkerShape>(drawing).size(), 2U);
    EXPECT_EQ(drawing.hidden_values, 0U);
}

TEST(PointLayer, CountsWhatIsOutOfSight) {
    const PointLayer layer{
        .style = style,
        .points = {{1, 0, ""}, {1, -1, ""}, {1, infinity, ""}, {1, 5, ""}, {9, 5, ""}}};
    const Drawing drawing = draw_layers({layer}, {.high = 2}, {.scale = AxisScale::log10});
    EXPECT_EQ(shapes_of<MarkerShape>(drawing).size(), 1U);
    EXPECT_EQ(drawing.hidden_values, 4U);
}

TEST(PointLayer, JoinsNothingAcrossAGap) {
    const Drawing drawing = draw_layers(
        {PointLayer{.style = style,
                    .points = {{1, 1, ""}, {2, 2, ""}, {3, nan, ""}, {4, 4, ""}, {5, 5, ""}},
                    .joined = true}});
    const auto paths = test_paths(drawing);
    ASSERT_EQ(paths.size(), 1U);
    EXPECT_EQ(paths[0].parts.size(), 2U);
}

TEST(PointLayer, KeepsHoverTextAndOpenMarks) {
    const auto markers = shapes_of<MarkerShape>(draw_layers(
        {PointLayer{.style = style, .points = {{1, 1, "first", true}, {2, 2, "second", false}}}}));
    ASSERT_EQ(markers.size(), 2U);
    EXPECT_TRUE(markers[0].open);
    EXPECT_EQ(markers[0].hover, "first");
    EXPECT_FALSE(markers[1].open);
}

TEST(PointLayer, PutsCategoriesFromTheTopAndNumbersFromTheBottom) {
    const std::vector<PointMark> points{{0, 0, ""}, {1, 1, ""}};
    const auto numbers =
        shapes_of<MarkerShape>(draw_layers({PointLayer{.style = style, .points = points}}));
    EXPECT_GT(numbers[0].position.y, numbers[1].position.y);
    ChartAxis rows{.scale = AxisScale::categories};
    rows.categories = {"a", "b"};
    const auto categories = shapes_of<MarkerShape>(
        draw_layers({PointLayer{.style = style, .points = points}}, {}, rows));
    EXPECT_LT(categories[0].position.y, categories[1].position.y);
}

TEST(IntervalLayer, OfOneValueIsAMarkerWithoutABar) {
    const Drawing drawing = draw_interval({1, 5, nan, nan, "n = 1"});
    EXPECT_TRUE(test_paths(drawing).empty());
    EXPECT_EQ(shapes_of<MarkerShape>(drawing).size(), 1U);
    EXPECT_EQ(drawing.hidden_values, 0U);
}

TEST(IntervalLayer, OfNothingIsNothing) {
    const Drawing drawing = draw_interval({1, nan, nan, nan, ""});
    EXPECT_TRUE(test_paths(drawing).empty());
    EXPECT_TRUE(shapes_of<MarkerShape>(drawing).empty());
}

TEST(IntervalLayer, HasABarWithTwoCaps) {
    const auto paths = test_paths(draw_interval({1, 5, 4, 7, "hover"}));
    ASSERT_EQ(paths.size(), 1U);
    EXPECT_EQ(paths[0].parts.size(), 3U);
    EXPECT_EQ(paths[0].hover, "hover");
}

TEST(IntervalLayer, HasAnArrowWhereItGoesOn) {
    const Drawing open = draw_interval({1, 5, 4, infinity, ""});
    auto paths = test_paths(open);
    ASSERT_EQ(paths.size(), 2U);
    EXPECT_EQ(paths[0].parts.size(), 2U);  // bar and one cap
    EXPECT_TRUE(paths[1].closed);
    EXPECT_EQ(paths[1].parts.size(), 1U);
    EXPECT_EQ(open.hidden_values, 0U);
    // The tip is above the rest of the arrow, where the axis goes up.
    EXPECT_LT(paths[1].parts[0][0].y, paths[1].parts[0][1].y);
    paths = test_paths(draw_interval({1, 5, -20, 20, ""}));
    ASSERT_EQ(paths.size(), 2U);
    EXPECT_EQ(paths[1].parts.size(), 2U);
}

TEST(IntervalLayer, BeyondTheAxisIsOneArrowThatPointsThere) {
    const Drawing drawing = draw_interval({1, 25, 20, 30, ""});
    const auto paths = test_paths(drawing);
    ASSERT_EQ(paths.size(), 2U);
    EXPECT_EQ(paths[0].parts.size(), 1U);
    EXPECT_EQ(paths[1].parts.size(), 1U);
    EXPECT_LT(paths[1].parts[0][0].y, paths[1].parts[0][1].y);
    EXPECT_TRUE(shapes_of<MarkerShape>(drawing).empty());
    EXPECT_EQ(drawing.hidden_values, 1U);
}

TEST(IntervalLayer, LiesAlongEitherAxis) {
    const IntervalMark mark{2, 5, 4, 7, ""};
    const auto upright =
        test_paths(draw_layers({IntervalLayer{.style = style, .intervals = {mark}}}));
    EXPECT_EQ(upright[0].parts[0][0].x, upright[0].parts[0][1].x);
    const auto lying = test_paths(
        draw_layers({IntervalLayer{.style = style, .along = Dimension::x, .intervals = {mark}}}));
    EXPECT_EQ(lying[0].parts[0][0].y, lying[0].parts[0][1].y);
    EXPECT_LT(lying[0].parts[0][0].x, lying[0].parts[0][1].x);
}

TEST(IntervalLayer, IsMovedByItsOffset) {
    IntervalLayer layer{.style = style, .intervals = {{2, 5, 4, 7, ""}}};
    const auto before = shapes_of<MarkerShape>(draw_layers({layer}));
    layer.offset = {7, 0};
    const auto after = shapes_of<MarkerShape>(draw_layers({layer}));
    EXPECT_NEAR(after[0].position.x - before[0].position.x, 7, 1e-9);
    EXPECT_NEAR(after[0].position.y, before[0].position.y, 1e-9);
}

}  // namespace
}  // namespace batchscope::tests_of_mark_layers
