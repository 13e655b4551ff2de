#include <algorithm>
#include <cmath>

#include "analysis/charts/axis_ticks.hpp"
#include "analysis/charts/palette.hpp"
#include "analysis/charts/panel_layout.hpp"
#include "analysis/charts/text_measure.hpp"
#include "analysis/charts/typography.hpp"

namespace batchscope {

namespace {

using namespace typography;

constexpr Colour grid_colour{0xE2, 0xE2, 0xE2};
constexpr Colour axis_colour{0x40, 0x40, 0x40};

bool has_cells(const Panel& panel) {
    return std::any_of(panel.layers.begin(), panel.layers.end(),
                       [](const Layer& layer) { return std::holds_alternative<CellLayer>(layer); });
}

void draw_grid(const PanelLayout& layout, const PlotArea& area, Drawing& drawing) {
    const Box& plot = layout.plot;
    PathShape grid{.stroke = Stroke{grid_colour, 0.7}};
    PathShape marks{.stroke = Stroke{axis_colour, 0.8}};
    constexpr double mark_length = 3;
    for (const AxisTick& tick : layout.x_ticks.ticks) {
        const double x = area.x.position(tick.value);
        if (layout.panel->x.scale != AxisScale::categories) {
            grid.parts.push_back({{x, plot.top}, {x, plot.bottom}});
        }
        marks.parts.push_back({{x, plot.bottom}, {x, plot.bottom + mark_length}});
    }
    for (const AxisTick& tick : layout.y_ticks.ticks) {
        const double y = area.y.position(tick.value);
        grid.parts.push_back({{plot.left, y}, {plot.right, y}});
        marks.parts.push_back({{plot.left - mark_length, y}, {plot.left, y}});
    }
    if (!has_cells(*layout.panel)) {
        drawing.shapes.emplace_back(grid);
    }
    drawing.shapes.emplace_back(marks);
    drawing.shapes.emplace_back(PathShape{
        .parts = {{{plot.left, plot.top}, {plot.left, plot.bottom}, {plot.right, plot.bottom}}},
        .stroke = Stroke{axis_colour, 0.8}});
}

void draw_x_labels(const PanelLayout& layout, const PlotArea& area, Drawing& drawing) {
    const Box& plot = layout.plot;
    const double top = plot.bottom + gap_to_numbers - 1;
    for (const AxisTick& tick : layout.x_ticks.ticks) {
        TextShape text{.position = {area.x.position(tick.value), 0},
                       .size = tick_size,
                       .anchor = TextAnchor::middle};
        if (layout.x_ticks.upright && !tick.lines.empty()) {
            // The letters' middle stands at the tick.
            text.position = {text.position.x + 0.35 * tick_size, top};
            text.anchor = TextAnchor::end;
            text.upright = true;
            text.text = tick.lines.front();
            drawing.shapes.emplace_back(text);
        } else {
            add_text_lines(drawing, tick.lines, top, text);
        }
    }
    if (!layout.panel->x.title.empty()) {
        const std::vector<std::string> lines =
            wrap_text(layout.panel->x.title, label_size, layout.outer.width());
        double width = 0;
        for (const std::string& line : lines) {
            width = std::max(width, text_width(line, label_size));
        }
        // In the middle of the plot if that is possible.
        const double middle =
            std::clamp((plot.left + plot.right) / 2, layout.outer.left + width / 2,
                       std::max(layout.outer.left + width / 2, layout.outer.right - width / 2));
        add_text_lines(drawing, lines, top + layout.x_ticks.height(),
                       {.position = {middle, 0}, .size = label_size, .anchor = TextAnchor::middle});
    }
}

/// Lines of text beside a row, their middle at `y`.
void draw_beside(const std::vector<std::string>& lines, double y, TextShape text,
                 Drawing& drawing) {
    const double height = tick_height * static_cast<double>(lines.size());
    // Digits and capitals fill the upper part of a line.
    add_text_lines(drawing, lines, y - height / 2, std::move(text));
}

void draw_y_labels(const PanelLayout& layout, const PlotArea& area, Drawing& drawing) {
    if (layout.y_labels) {
        for (const AxisTick& tick : layout.y_ticks.ticks) {
            draw_beside(tick.lines, area.y.position(tick.value),
                        {.position = {layout.plot.left - gap_to_numbers + 1, 0},
                         .size = tick_size,
                         .anchor = TextAnchor::end},
                        drawing);
        }
    }
    const Panel& panel = *layout.panel;
    constexpr double rounding = 0.01;  // the widest note fits exactly, but for rounding
    const double width = layout.outer.right - layout.plot.right - gap_to_numbers + rounding;
    for (std::size_t i = 0; i < panel.y.row_notes.size(); ++i) {
        const double row = static_cast<double>(i);
        if (area.y.shows(row)) {
            draw_beside(wrap_text(panel.y.row_notes[i], tick_size, width), area.y.position(row),
                        {.position = {layout.plot.right + gap_to_numbers, 0}, .size = tick_size},
                        drawing);
        }
    }
}

void draw_header(const PanelLayout& layout, Drawing& drawing) {
    const Panel& panel = *layout.panel;
    const Box& outer = layout.outer;
    if (!panel.title.empty()) {
        add_text_lines(drawing, wrap_text(panel.title, panel_title_size, outer.width(), true),
                       outer.top,
                       {.position = {outer.left, 0}, .size = panel_title_size, .bold = true});
    }
    const double bottom = layout.plot.top - header_gap;
    const auto draw_above = [&drawing](const std::vector<std::string>& lines, double x,
                                       double lowest) {
        const double height = line_spacing * label_size * static_cast<double>(lines.size());
        add_text_lines(drawing, lines, lowest - height,
                       {.position = {x, 0}, .size = label_size, .colour = dark_grey});
    };
    const bool notes_title = !panel.y.row_notes_title.empty();
    if (layout.y_title && !panel.y.title.empty()) {
        const double width = (notes_title ? layout.plot.right : outer.right) - outer.left;
        draw_above(wrap_text(panel.y.title, label_size, width), outer.left, bottom);
    }
    if (notes_title) {
        draw_above(wrap_text(panel.y.row_notes_title, label_size, outer.right - layout.plot.right),
                   layout.plot.right + gap_to_numbers, bottom);
    }
}

}  // namespace

void draw_panel(const PanelLayout& layout, double points_per_unit, Drawing& drawing) {
    PlotArea area = layout.area();
    area.points_per_unit = points_per_unit;
    draw_grid(layout, area, drawing);
    for (std::size_t i = 0; i < layout.panel->layers.size(); ++i) {
        constexpr double golden_ratio = 0.618;  // its multiples spread evenly
        area.phase = std::fmod(golden_ratio * static_cast<double>(i), 1.0);
        std::visit([&area, &drawing](const auto& layer) { draw_layer(layer, area, drawing); },
                   layout.panel->layers[i]);
    }
    // Text comes last, so that no mark covers it.
    draw_header(layout, drawing);
    if (layout.x_labels) {
        draw_x_labels(layout, area, drawing);
    }
    draw_y_labels(layout, area, drawing);
    if (!has_marks(*layout.panel) && !layout.panel->empty_text.empty()) {
        const std::vector<std::string> lines =
            wrap_text(layout.panel->empty_text, label_size, layout.plot.width());
        const double middle = (layout.plot.top + layout.plot.bottom) / 2;
        draw_beside(lines, middle,
                    {.position = {(layout.plot.left + layout.plot.right) / 2, 0},
                     .size = label_size,
                     .anchor = TextAnchor::middle,
                     .colour = dark_grey},
                    drawing);
    }
}

}  // namespace batchscope
