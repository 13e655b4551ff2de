#include "analysis/charts/panel_layout.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/charts/text_measure.hpp"
#include "analysis/charts/typography.hpp"

namespace batchscope {

namespace {

using namespace typography;

constexpr double least_margin = 6;

double lines_height(const std::string& text, double size, double width, bool bold) {
    return text.empty() ? 0
                        : line_spacing * size *
                              static_cast<double>(wrap_text(text, size, width, bold).size());
}

/// A row of categories holds its label and note, and is high enough for two marks side by side.
double chosen_height(const Chart& chart, const Panel& panel, double width) {
    if (panel.height > 0) {
        return panel.height;
    }
    if (panel.y.scale != AxisScale::categories) {
        constexpr double alone = 190;
        constexpr double stacked = 140;
        constexpr double small = 105;
        return chart.columns > 1 ? small : chart.panels.size() > 1 ? stacked : alone;
    }
    constexpr double least_row = 22;
    const double label_height = y_axis_ticks(panel.y, {}, 0, width * 0.3).height();
    ChartAxis notes;
    notes.scale = AxisScale::categories;
    notes.categories = panel.y.row_notes;
    const double note_height = y_axis_ticks(notes, {}, 0, width * 0.4).height();
    return static_cast<double>(std::max<std::size_t>(panel.y.categories.size(), 1)) *
           std::max({least_row, label_height + 5, note_height + 5});
}

AxisRange shared_range(const Chart& chart, const ChartAxis& axis, Dimension dimension) {
    AxisRange needed;
    for (const Panel& panel : chart.panels) {
        const AxisRange range = needed_range(panel, dimension);
        needed.include(range.low);
        needed.include(range.high);
    }
    return padded_range(axis, needed);
}

/// Whether the numbers at an axis tell of anything.
bool is_known(const Chart& chart, const Panel& panel, Dimension dimension) {
    const ChartAxis& axis = dimension == Dimension::x ? panel.x : panel.y;
    const bool is_shared = dimension == Dimension::x ? chart.share_x : chart.share_y;
    return axis.scale == AxisScale::categories ||
           (has_place(axis.scale, axis.low) && has_place(axis.scale, axis.high)) ||
           (is_shared ? std::any_of(chart.panels.begin(), chart.panels.end(), has_marks)
                      : has_marks(panel));
}

double row_notes_width(const Panel& panel, double width) {
    ChartAxis notes;
    notes.scale = AxisScale::categories;
    notes.categories = panel.y.row_notes;
    if (!panel.y.row_notes_title.empty()) {
        notes.categories.push_back(panel.y.row_notes_title);
    }
    return y_axis_ticks(notes, {}, 0, width * 0.4).width();
}

/// The room that a label at the end of an x axis takes beyond it.
double overhang(const PanelLayout& layout, double plot_left, double plot_right) {
    if (!layout.x_labels || layout.x_ticks.upright) {
        return 0;
    }
    const AxisMapping mapping(layout.panel->x.scale, layout.x_range, plot_left, plot_right);
    double most = 0;
    for (const AxisTick& tick : layout.x_ticks.ticks) {
        for (const std::string& line : tick.lines) {
            most = std::max(
                most, mapping.position(tick.value) + text_width(line, tick_size) / 2 - plot_right);
        }
    }
    return most;
}

struct Columns {
    std::vector<double> left;   ///< room at the left of each plot
    std::vector<double> right;  ///< room at its right
    double plot_width = 0;
    double gap = 10;
};

double plot_width(const Columns& columns, double width) {
    double taken = columns.gap * static_cast<double>(columns.left.size() - 1);
    for (std::size_t i = 0; i < columns.left.size(); ++i) {
        taken += columns.left[i] + columns.right[i];
    }
    constexpr double narrowest = 40;
    return std::max(narrowest, (width - taken) / static_cast<double>(columns.left.size()));
}

/// Widths of margins and plots; also chooses the ticks, which depend on them.
Columns lay_out_columns(std::vector<PanelLayout>& layouts, const Chart& chart, double width) {
    const auto count = static_cast<std::size_t>(std::max(chart.columns, 1));
    Columns columns{std::vector<double>(count, least_margin),
                    std::vector<double>(count, least_margin)};
    const double column_width = width / static_cast<double>(count);
    for (std::size_t i = 0; i < layouts.size(); ++i) {
        PanelLayout& layout = layouts[i];
        const Panel& panel = *layout.panel;
        if (layout.y_is_known) {
            layout.y_ticks =
                y_axis_ticks(panel.y, layout.y_range, layout.plot.height(), column_width * 0.3);
        }
        if (layout.y_labels) {
            double& left = columns.left[i % count];
            left = std::max(left, layout.y_ticks.width() + gap_to_numbers);
        }
        if (!panel.y.row_notes.empty()) {
            double& right = columns.right[i % count];
            right = std::max(right, row_notes_width(panel, column_width) + gap_to_numbers);
        }
    }
    constexpr int rounds = 3;  // wider margins make narrower plots, and so other ticks
    for (int round = 0; round < rounds; ++round) {
        columns.plot_width = plot_width(columns, width);
        for (std::size_t i = 0; i < layouts.size(); ++i) {
            PanelLayout& layout = layouts[i];
            if (layout.x_is_known) {
                layout.x_ticks = x_axis_ticks(layout.panel->x, layout.x_range, columns.plot_width);
            }
            double& right = columns.right[i % count];
            right = std::max(right, overhang(layout, 0, columns.plot_width));
        }
    }
    columns.plot_width = plot_width(columns, width);
    return columns;
}

double header_height(const PanelLayout& layout) {
    const Panel& panel = *layout.panel;
    const double width = layout.outer.width();
    const bool notes_title = !panel.y.row_notes_title.empty();
    const double axis_title_width = notes_title ? layout.plot.right - layout.outer.left : width;
    const double axis_title = std::max(
        layout.y_title ? lines_height(panel.y.title, label_size, axis_title_width, false) : 0,
        notes_title ? lines_height(panel.y.row_notes_title, label_size,
                                   layout.outer.right - layout.plot.right, false)
                    : 0);
    return lines_height(panel.title, panel_title_size, width, true) + axis_title + header_gap;
}

double footer_height(const PanelLayout& layout) {
    if (!layout.x_labels) {
        return gap;
    }
    return gap_to_numbers + layout.x_ticks.height() +
           lines_height(layout.panel->x.title, label_size, layout.outer.width(), false);
}

}  // namespace

PlotArea PanelLayout::area() const {
    const bool from_the_top = panel->y.scale == AxisScale::categories;
    return {plot, AxisMapping(panel->x.scale, x_range, plot.left, plot.right),
            from_the_top ? AxisMapping(panel->y.scale, y_range, plot.top, plot.bottom)
                         : AxisMapping(panel->y.scale, y_range, plot.bottom, plot.top)};
}

std::vector<PanelLayout> lay_out_panels(const Chart& chart, double left, double right, double top) {
    const auto count = static_cast<std::size_t>(std::max(chart.columns, 1));
    std::vector<PanelLayout> layouts;
    for (std::size_t i = 0; i < chart.panels.size(); ++i) {
        const Panel& panel = chart.panels[i];
        PanelLayout layout{.panel = &panel};
        layout.x_range = chart.share_x ? shared_range(chart, panel.x, Dimension::x)
                                       : padded_range(panel.x, needed_range(panel, Dimension::x));
        layout.y_range = chart.share_y ? shared_range(chart, panel.y, Dimension::y)
                                       : padded_range(panel.y, needed_range(panel, Dimension::y));
        layout.plot.bottom =
            chosen_height(chart, panel, (right - left) / static_cast<double>(count));
        layout.x_labels = !chart.share_x || i + count >= chart.panels.size();
        layout.y_labels = !chart.share_y || i % count == 0;
        layout.y_title = !chart.share_y || i == 0;
        layout.x_is_known = is_known(chart, panel, Dimension::x);
        layout.y_is_known = is_known(chart, panel, Dimension::y);
        layouts.push_back(layout);
    }
    const Columns columns = lay_out_columns(layouts, chart, right - left);
    for (std::size_t begin = 0; begin < layouts.size(); begin += count) {
        const std::size_t end = std::min(begin + count, layouts.size());
        double header = 0;
        double x = left;
        for (std::size_t i = begin; i < end; ++i) {
            PanelLayout& layout = layouts[i];
            const std::size_t column = i - begin;
            layout.outer = {
                x, top, x + columns.left[column] + columns.plot_width + columns.right[column], top};
            layout.plot.left = x + columns.left[column];
            layout.plot.right = layout.plot.left + columns.plot_width;
            header = std::max(header, header_height(layout));
            x = layout.outer.right + columns.gap;
        }
        double bottom = top;
        for (std::size_t i = begin; i < end; ++i) {
            PanelLayout& layout = layouts[i];
            const double height = layout.plot.height();
            layout.plot.top = top + header;
            layout.plot.bottom = layout.plot.top + height;
            layout.outer.bottom = layout.plot.bottom + footer_height(layout);
            bottom = std::max(bottom, layout.outer.bottom);
        }
        top = bottom + gap;
    }
    return layouts;
}

}  // namespace batchscope
