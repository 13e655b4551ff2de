#include <gtest/gtest.h>

#include <limits>

#include "analysis/charts/palette.hpp"
#include "drawn_shapes.hpp"

namespace batchscope::tests_of_cell_layers {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

ChartAxis categories(std::size_t count) {
    ChartAxis axis{.scale = AxisScale::categories};
    axis.categories.assign(count, "x");
    return axis;
}

Drawing draw_cells(const CellLayer& layer, std::size_t columns = 2) {
    return draw_layers({layer}, categories(columns), categories(2));
}

TEST(CellLayer, ColoursByValueWithinTheEndsOfItsRamp) {
    const auto cells =
        shapes_of<RectangleShape>(draw_cells({.ramp = ColourRamp{"", 0, 1},
                                              .cells = {{.column = 0, .row = 0, .value = 0.5},
                                                        {.column = 1, .row = 0, .value = -7},
                                                        {.column = 0, .row = 1, .value = nan}}}));
    ASSERT_EQ(cells.size(), 3U);
    EXPECT_EQ(cells[0].filling->colour, viridis(0.5));
    EXPECT_EQ(cells[1].filling->colour, viridis(0));
    EXPECT_EQ(cells[2].filling->colour, white);
    EXPECT_TRUE(cells[2].stroke.has_value()) << "white on white needs a frame";
}

TEST(CellLayer, OfARampWithoutLengthHasAColour) {
    const auto cells = shapes_of<RectangleShape>(
        draw_cells({.ramp = ColourRamp{"", 1, 1}, .cells = {{.column = 0, .row = 0, .value = 1}}}));
    EXPECT_EQ(cells[0].filling->colour, viridis(0.5));
}

TEST(CellLayer, KeepsItsTextWithinTheCell) {
    for (const std::size_t columns : {2U, 8U, 14U, 60U}) {
        const Drawing drawing = draw_cells(
            {.fill = white, .cells = {{.column = 0, .row = 0, .text = "88.75"}}}, columns);
        const Box cell = shapes_of<RectangleShape>(drawing)[0].box;
        bool is_drawn = false;
        for (const TextShape& text : shapes_of<TextShape>(drawing)) {
            if (text.text == "88.75") {
                is_drawn = true;
                EXPECT_GE(text_box(text).left, cell.left);
                EXPECT_LE(text_box(text).right, cell.right);
                EXPECT_GE(text.size, 8);
            }
        }
        EXPECT_EQ(is_drawn, columns < 14);
    }
}

TEST(CellLayer, WithOnlyAFrameHidesNothing) {
    const auto cells = shapes_of<RectangleShape>(
        draw_cells({.frame = Style{.colour = black}, .cells = {{.column = 1, .row = 1}}}));
    ASSERT_EQ(cells.size(), 1U);
    EXPECT_FALSE(cells[0].filling.has_value());
    EXPECT_TRUE(cells[0].stroke.has_value());
}

TEST(CellLayer, OutsideTheAxesIsCounted) {
    EXPECT_EQ(draw_cells({.fill = white, .cells = {{.column = 7, .row = 0}}}).hidden_values, 1U);
}

TEST(ColourRamp, SaysWhereValuesLieBeyondItsEnds) {
    const auto has_text = [](const Drawing& drawing, const std::string& wanted) {
        const auto texts = shapes_of<TextShape>(drawing);
        return std::any_of(texts.begin(), texts.end(),
                           [&wanted](const TextShape& text) { return text.text == wanted; });
    };
    CellLayer layer{.ramp = ColourRamp{"accuracy", 0.7, 0.9, NumberFormat::percent},
                    .cells = {{.column = 0, .row = 0, .value = 0.8}}};
    EXPECT_TRUE(has_text(draw_cells(layer), "70\u00A0%"));
    EXPECT_TRUE(has_text(draw_cells(layer), "90\u00A0%"));
    layer.cells[0].value = 0.1;
    EXPECT_TRUE(has_text(draw_cells(layer), "≤ 70\u00A0%"));
    EXPECT_TRUE(has_text(draw_cells(layer), "90\u00A0%"));
}

}  // namespace
}  // namespace batchscope::tests_of_cell_layers
