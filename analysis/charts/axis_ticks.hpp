#pragma once

#include <string>
#include <vector>

#include "analysis/charts/axis_mapping.hpp"
#include "analysis/charts/chart.hpp"
#include "analysis/charts/drawing.hpp"
#include "analysis/charts/typography.hpp"

namespace batchscope {

/// Of a line of a label.
inline constexpr double tick_height = line_spacing * typography::tick_size;

struct AxisTick {
    double value;
    std::vector<std::string> lines;  ///< of its label; empty where there is no room for it
};

struct AxisTicks {
    std::vector<AxisTick> ticks;
    bool upright = false;  ///< labels stand on end, one line each

    /// The room that labels take across the axis, in chart units: left of a y axis, under an x
    /// axis. 0 without labels.
    [[nodiscard]] double width() const;
    [[nodiscard]] double height() const;
};

/// Ticks of an x axis `length` long, such that no two labels touch: fewer ticks, or for categories
/// two lines or upright ones.
[[nodiscard]] AxisTicks x_axis_ticks(const ChartAxis& axis, const AxisRange& range, double length);

/// Ticks of a y axis `length` high; labels of categories are wrapped at `label_width`.
[[nodiscard]] AxisTicks y_axis_ticks(const ChartAxis& axis, const AxisRange& range, double length,
                                     double label_width);

}  // namespace batchscope
