// Cells of a table.
#include <algorithm>
#include <cmath>

#include "analysis/charts/layers.hpp"
#include "analysis/charts/palette.hpp"
#include "analysis/charts/text_measure.hpp"
#include "analysis/charts/typography.hpp"

namespace batchscope {

namespace {

std::optional<Colour> colour_of(const CellLayer& layer, const CellMark& cell) {
    if (!layer.ramp) {
        return layer.fill;
    }
    if (std::isnan(cell.value)) {
        return white;
    }
    const double span = layer.ramp->high - layer.ramp->low;
    return viridis(span > 0 ? (cell.value - layer.ramp->low) / span : 0.5);
}

/// In the middle of the cell, smaller where it must be; left out where it would not be legible.
void draw_cell_text(const std::string& text, const Box& box, Colour background,
                    const std::string& hover, Drawing& drawing) {
    constexpr double margin = 2;
    const std::vector<std::string> lines =
        wrap_text(text, typography::tick_size, std::numeric_limits<double>::infinity());
    double width = 0;  // for a font size of 1
    for (const std::string& line : lines) {
        width = std::max(width, text_width(line, 1));
    }
    const double rows = static_cast<double>(lines.size());
    const double size = std::min({typography::tick_size, (box.width() - 2 * margin) / width,
                                  (box.height() - 2 * margin) / (rows * line_spacing)});
    if (size < typography::smallest_size) {
        return;
    }
    const double top = (box.top + box.bottom - rows * line_spacing * size) / 2;
    add_text_lines(drawing, lines, top,
                   {.position = {(box.left + box.right) / 2, 0},
                    .size = size,
                    .anchor = TextAnchor::middle,
                    .colour = text_colour_on(background),
                    .hover = hover});
}

}  // namespace

void draw_layer(const CellLayer& layer, const PlotArea& area, Drawing& drawing) {
    constexpr double half = 0.5;
    constexpr double gap_between_cells = 0.75;
    for (const CellMark& cell : layer.cells) {
        if (std::isnan(cell.column) || std::isnan(cell.row)) {
            continue;
        }
        if (!area.x.shows(cell.column) || !area.y.shows(cell.row)) {
            ++drawing.hidden_values;
            continue;
        }
        const std::optional<Colour> colour = colour_of(layer, cell);
        // A frame stays within its cell.
        const double inset = gap_between_cells + (layer.frame ? layer.frame->width / 2 : 0);
        RectangleShape shape{.box = {area.x.position(cell.column - half) + inset,
                                     area.y.position(cell.row - half) + inset,
                                     area.x.position(cell.column + half) - inset,
                                     area.y.position(cell.row + half) - inset},
                             .hover = cell.hover};
        if (colour) {
            shape.filling = Filling{*colour};
        }
        if (layer.frame) {
            shape.stroke = Stroke{layer.frame->colour, layer.frame->width, layer.frame->dash};
        } else if (colour == white) {
            shape.stroke = Stroke{middle_grey, gap_between_cells};
        }
        const std::string& text = cell.text.empty() ? layer.glyph : cell.text;
        const Box box = shape.box;
        drawing.shapes.emplace_back(std::move(shape));
        if (!text.empty()) {
            draw_cell_text(text, box, colour.value_or(white), cell.hover, drawing);
        }
    }
}

}  // namespace batchscope
