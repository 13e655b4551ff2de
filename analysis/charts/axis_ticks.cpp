#include "analysis/charts/axis_ticks.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "analysis/charts/drawing.hpp"
#include "analysis/charts/text_measure.hpp"
#include "analysis/charts/ticks.hpp"
#include "analysis/charts/typography.hpp"

namespace batchscope {

namespace {

using typography::tick_size;

constexpr double gap_between_labels = 7;

double label_width(const AxisTick& tick) {
    double width = 0;
    for (const std::string& line : tick.lines) {
        width = std::max(width, text_width(line, tick_size));
    }
    return width;
}

std::vector<AxisTick> labelled(const std::vector<double>& values,
                               const std::vector<std::string>& labels) {
    std::vector<AxisTick> ticks;
    for (std::size_t i = 0; i < values.size(); ++i) {
        ticks.push_back({values[i], {labels[i]}});
    }
    return ticks;
}

std::vector<AxisTick> chosen_ticks(const ChartAxis& axis, const AxisRange& range, int most) {
    if (axis.scale == AxisScale::linear) {
        const std::vector<double> values = linear_ticks(range.low, range.high, most);
        return labelled(values, linear_tick_labels(values, axis.format));
    }
    const std::vector<double> values = axis.scale == AxisScale::log2
                                           ? log2_ticks(range.low, range.high, most)
                                           : log10_ticks(range.low, range.high, most);
    std::vector<std::string> labels;
    for (const double value : values) {
        labels.push_back(single_tick_label(value, axis.format));
    }
    return labelled(values, labels);
}

/// Those of the caller that are on the axis, ascending.
std::vector<AxisTick> given_ticks(const ChartAxis& axis, const AxisRange& range) {
    std::vector<double> values = axis.ticks;
    std::sort(values.begin(), values.end());
    const AxisMapping mapping(axis.scale, range, 0, 1);
    std::vector<AxisTick> ticks;
    for (const double value : values) {
        if (mapping.shows(value)) {
            ticks.push_back({value, {single_tick_label(value, axis.format)}});
        }
    }
    return ticks;
}

/// Whether labels of the given extent along the axis keep their distance.
bool fit(const std::vector<AxisTick>& ticks, const AxisMapping& mapping,
         const std::function<double(const AxisTick&)>& extent) {
    double end = -std::numeric_limits<double>::infinity();
    for (const AxisTick& tick : ticks) {
        if (tick.lines.empty()) {
            continue;
        }
        const double middle = mapping.position(tick.value);
        const double half = extent(tick) / 2;
        if (middle - half < end) {
            return false;
        }
        end = middle + half;
    }
    return true;
}

/// Labels at every, every second, third, ... tick: as many as fit.
std::vector<AxisTick> thinned(const std::vector<AxisTick>& all, const AxisMapping& mapping,
                              const std::function<double(const AxisTick&)>& extent) {
    std::vector<AxisTick> ticks = all;
    for (std::size_t stride = 2; !fit(ticks, mapping, extent); ++stride) {
        ticks = all;
        for (std::size_t i = 0; i < ticks.size(); ++i) {
            if (i % stride != 0) {
                ticks[i].lines.clear();
            }
        }
    }
    return ticks;
}

AxisTicks numeric_ticks(const ChartAxis& axis, const AxisRange& range, double length,
                        const std::function<double(const AxisTick&)>& extent, int most) {
    const AxisMapping mapping(axis.scale, range, 0, length);
    if (!axis.ticks.empty()) {
        return {thinned(given_ticks(axis, range), mapping, extent)};
    }
    for (; most > 2; --most) {
        const std::vector<AxisTick> ticks = chosen_ticks(axis, range, most);
        if (fit(ticks, mapping, extent)) {
            return {ticks};
        }
    }
    return {thinned(chosen_ticks(axis, range, 2), mapping, extent)};
}

AxisTicks category_ticks(const ChartAxis& axis, double width) {
    AxisTicks ticks;
    for (std::size_t i = 0; i < axis.categories.size(); ++i) {
        ticks.ticks.push_back(
            {static_cast<double>(i), wrap_text(axis.categories[i], tick_size, width)});
    }
    return ticks;
}

double widest_word(const std::vector<std::string>& texts) {
    double widest = 0;
    for (const std::string& text : texts) {
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = std::min(text.find_first_of(" \n", begin), text.size());
            widest = std::max(widest, text_width(text.substr(begin, end - begin), tick_size));
            begin = end + 1;
        }
    }
    return widest;
}

}  // namespace

double AxisTicks::width() const {
    double widest = 0;
    for (const AxisTick& tick : ticks) {
        widest = std::max(widest, label_width(tick));
    }
    return widest;
}

double AxisTicks::height() const {
    if (upright) {
        return width();
    }
    std::size_t lines = 0;
    for (const AxisTick& tick : ticks) {
        lines = std::max(lines, tick.lines.size());
    }
    return tick_height * static_cast<double>(lines);
}

AxisTicks x_axis_ticks(const ChartAxis& axis, const AxisRange& range, double length) {
    if (axis.scale != AxisScale::categories) {
        constexpr double shortest_step = 30;
        return numeric_ticks(
            axis, range, length,
            [](const AxisTick& tick) { return label_width(tick) + gap_between_labels; },
            std::max(2, static_cast<int>(length / shortest_step)));
    }
    const double column =
        length / static_cast<double>(std::max<std::size_t>(axis.categories.size(), 1)) -
        gap_between_labels;
    constexpr std::size_t most_lines = 3;
    if (widest_word(axis.categories) <= column) {
        AxisTicks ticks = category_ticks(axis, column);
        if (std::all_of(ticks.ticks.begin(), ticks.ticks.end(),
                        [](const AxisTick& tick) { return tick.lines.size() <= most_lines; })) {
            return ticks;
        }
    }
    AxisTicks ticks = category_ticks(axis, std::numeric_limits<double>::infinity());
    ticks.upright = true;
    const AxisMapping mapping(axis.scale, range, 0, length);
    ticks.ticks = thinned(ticks.ticks, mapping, [](const AxisTick&) { return tick_height; });
    return ticks;
}

AxisTicks y_axis_ticks(const ChartAxis& axis, const AxisRange& range, double length,
                       double label_width) {
    if (axis.scale == AxisScale::categories) {
        return category_ticks(axis, label_width);
    }
    constexpr double shortest_step = 20;
    return numeric_ticks(
        axis, range, length, [](const AxisTick&) { return tick_height; },
        std::max(2, static_cast<int>(length / shortest_step)));
}

}  // namespace batchscope
