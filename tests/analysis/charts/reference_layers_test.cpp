#include <gtest/gtest.h>

#include <limits>

#include "drawn_shapes.hpp"

namespace batchscope::tests_of_reference_layers {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr Style style{.colour = test_colour};

TEST(RuleLayer, CrossesThePanelOrIsCounted) {
    const Drawing drawing =
        draw_layers({RuleLayer{.style = style, .value = 1}, RuleLayer{.style = style, .value = nan},
                     RuleLayer{.style = style, .value = 5}},
                    {.low = 0, .high = 2});
    EXPECT_EQ(test_paths(drawing).size(), 1U);
    EXPECT_EQ(drawing.hidden_values, 1U);
}

TEST(SpanLayer, ReachesTheEndsOfThePanelForInfinity) {
    const Drawing finite =
        draw_layers({SpanLayer{.style = style, .low = 0, .high = 2}}, {.low = 0, .high = 2});
    const Drawing infinite = draw_layers(
        {SpanLayer{.style = style, .low = -infinity, .high = infinity}}, {.low = 0, .high = 2});
    const auto first = shapes_of<RectangleShape>(finite);
    const auto second = shapes_of<RectangleShape>(infinite);
    ASSERT_EQ(first.size(), 1U);
    ASSERT_EQ(second.size(), 1U);
    EXPECT_EQ(first[0].box.left, second[0].box.left);
    EXPECT_EQ(first[0].box.right, second[0].box.right);
    // Only what is an end has a line.
    EXPECT_EQ(test_paths(finite)[0].parts.size(), 2U);
    EXPECT_TRUE(test_paths(infinite).empty());
}

TEST(SpanLayer, OfNaNIsNothing) {
    EXPECT_TRUE(
        shapes_of<RectangleShape>(draw_layers({SpanLayer{.style = style, .low = nan, .high = 2}}))
            .empty());
}

}  // namespace
}  // namespace batchscope::tests_of_reference_layers
