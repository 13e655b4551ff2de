#include "analysis/charts/chart_drawing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/charts/legend.hpp"
#include "analysis/charts/palette.hpp"
#include "analysis/charts/panel_layout.hpp"
#include "analysis/charts/text_measure.hpp"
#include "analysis/charts/typography.hpp"
#include "core/error.hpp"

namespace batchscope {

namespace {

constexpr double margin = 4;

/// Of all curves of a chart together: about a megabyte, whatever the number of runs.
constexpr double most_points = 120'000;

[[noreturn]] void refuse(const Chart& chart, const std::string& layer) {
    throw run_time_error(fmt::format("chart \"{}\": layer \"{}\" has columns of different length",
                                     chart.title, layer),
                         "this is an error in the program: please report it");
}

void check(const Chart& chart) {
    for (const Panel& panel : chart.panels) {
        for (const Layer& layer : panel.layers) {
            const auto* line = std::get_if<LineLayer>(&layer);
            if (line != nullptr && line->x.size() != line->y.size()) {
                refuse(chart, line->name);
            }
        }
    }
}

/// How many points a curve may have so that all of a chart have no more than most_points together;
/// what short curves leave goes to the long ones.
double points_per_curve(const Chart& chart) {
    std::vector<std::size_t> lengths;
    for (const Panel& panel : chart.panels) {
        for (const Layer& layer : panel.layers) {
            if (const auto* line = std::get_if<LineLayer>(&layer)) {
                lengths.push_back(line->x.size());
            }
        }
    }
    std::sort(lengths.begin(), lengths.end());
    double left = most_points;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        const double share = left / static_cast<double>(lengths.size() - i);
        const auto length = static_cast<double>(lengths[i]);
        if (length > share) {
            return share;
        }
        left -= length;
    }
    return most_points;
}

/// As many as a picture of that width and twice that resolution shows, or fewer where many curves
/// share the chart, down to those of a dozen columns.
double points_per_unit(const Chart& chart, double plot_width) {
    constexpr double fewest_points = 48;
    constexpr double finest = 8;
    return std::min(finest, std::max(fewest_points, points_per_curve(chart)) / plot_width);
}

}  // namespace

Drawing draw_chart(const Chart& chart, bool with_title, bool with_caption) {
    using namespace typography;
    check(chart);
    Drawing drawing{.width = chart.width};
    const double left = margin;
    const double right = chart.width - margin;
    double top = margin;
    if (with_title && !chart.title.empty()) {
        top = add_text_lines(drawing, wrap_text(chart.title, title_size, right - left, true), top,
                             {.position = {left, 0}, .size = title_size, .bold = true}) +
              gap / 2;
    }
    const double after_legend = draw_legend(chart, left, right, top, drawing);
    if (after_legend > top) {
        top = after_legend + gap;
    }
    const std::vector<PanelLayout> layouts = lay_out_panels(chart, left, right, top);
    for (const PanelLayout& layout : layouts) {
        draw_panel(layout, points_per_unit(chart, layout.plot.width()), drawing);
        top = std::max(top, layout.outer.bottom);
    }
    if (with_caption && !chart.caption.empty()) {
        top =
            add_text_lines(drawing, wrap_text(chart.caption, caption_size, right - left), top + gap,
                           {.position = {left, 0}, .size = caption_size, .colour = dark_grey});
    }
    drawing.height = top + margin;
    return drawing;
}

}  // namespace batchscope
