#include <gtest/gtest.h>

#include <limits>

#include "drawn_shapes.hpp"

namespace batchscope {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr Style style{.colour = test_colour};

TextShape text_named(const Drawing& drawing, const std::string& name) {
    for (const TextShape& text : shapes_of<TextShape>(drawing)) {
        if (text.text == name) {
            return text;
        }
    }
    ADD_FAILURE() << name << " is not there";
    return {};
}

TEST(RuleLayer, CrossesThePanelOrIsCounted) {
    const Drawing drawing =
        draw_layers({RuleLayer{.style = style, .value = 1}, RuleLayer{.style = style, .value = nan},
                     RuleLayer{.style = style, .value = 5}},
                    {.low = 0, .high = 2});
    EXPECT_EQ(test_paths(drawing).size(), 1U);
    EXPECT_EQ(drawing.hidden_values, 1U);
}

TEST(RuleLayer, LabelsOfNeighboursStandInRows) {
    std::vector<Layer> layers;
    for (const double value : {1.0, 1.1, 1.2, 1.9, 1.95, 2.0}) {
        layers.emplace_back(
            RuleLayer{.style = style, .value = value, .label = "rule at " + std::to_string(value)});
    }
    const auto texts = shapes_of<TextShape>(draw_layers(layers, {.low = 0, .high = 2}));
    int labels = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        labels += texts[i].text.starts_with("rule") ? 1 : 0;
        for (std::size_t j = 0; j < i; ++j) {
            EXPECT_FALSE(overlap(text_box(texts[i]), text_box(texts[j])))
                << texts[i].text << " and " << texts[j].text;
        }
    }
    EXPECT_EQ(labels, 6);
}

TEST(RuleLayer, LabelsOfHorizontalOnesKeepTheOrderOfTheirLines) {
    std::vector<Layer> layers;
    for (const double value : {0.51, 0.5, 0.52, 0.01, 0.99}) {
        layers.emplace_back(RuleLayer{.style = style,
                                      .dimension = Dimension::y,
                                      .value = value,
                                      .label = "y " + std::to_string(value)});
    }
    const Drawing drawing = draw_layers(layers, {}, {.low = 0, .high = 1});
    double above = 0;
    for (const double value : {0.99, 0.52, 0.51, 0.5, 0.01}) {
        const Box box = text_box(text_named(drawing, "y " + std::to_string(value)));
        EXPECT_GE(box.top, above);
        above = box.bottom;
    }
    EXPECT_LE(above, drawing.height);
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

TEST(TextLayer, NotesAtOnePlaceStandUnderEachOther) {
    const Drawing drawing = draw_layers(
        {TextLayer{.notes = {{1, 1, "first"}, {1, 1, "second"}, {1, 1, "third"}, {nan, 1, "no"}}}},
        {.low = 0, .high = 1}, {.low = 0, .high = 1});
    const Box first = text_box(text_named(drawing, "first"));
    const Box second = text_box(text_named(drawing, "second"));
    const Box third = text_box(text_named(drawing, "third"));
    EXPECT_FALSE(overlap(first, second) || overlap(first, third) || overlap(second, third));
    EXPECT_LE(second.right, drawing.width);
    for (const TextShape& text : shapes_of<TextShape>(drawing)) {
        EXPECT_NE(text.text, "no");
    }
}

}  // namespace
}  // namespace batchscope
