#pragma once

#include <vector>

#include "analysis/charts/axis_ticks.hpp"
#include "analysis/charts/chart.hpp"
#include "analysis/charts/drawing.hpp"
#include "analysis/charts/layers.hpp"

namespace batchscope {

/// Where the parts of one panel stand, in chart units.
struct PanelLayout {
    const Panel* panel = nullptr;
    Box outer{};  ///< all that belongs to the panel
    Box plot{};   ///< between the axes
    AxisRange x_range{};
    AxisRange y_range{};
    AxisTicks x_ticks{};
    AxisTicks y_ticks{};
    bool x_labels = true;  ///< whether numbers and title stand at the axis
    bool y_labels = true;
    bool y_title = true;
    /// Else there are no numbers at the axis: they would tell of values that nobody has.
    bool x_is_known = true;
    bool y_is_known = true;

    [[nodiscard]] PlotArea area() const;
};

/// Lays the panels of a chart out in rows between left and right, from `top` down; plots of a row
/// stand side by side at one height, those of a column one under the other.
[[nodiscard]] std::vector<PanelLayout> lay_out_panels(const Chart& chart, double left, double right,
                                                      double top);

/// Draws one panel: grid, axes, layers, text.
void draw_panel(const PanelLayout& layout, double points_per_unit, Drawing& drawing);

}  // namespace batchscope
