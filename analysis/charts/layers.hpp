#pragma once

#include "analysis/charts/axis_mapping.hpp"
#include "analysis/charts/chart.hpp"
#include "analysis/charts/drawing.hpp"

namespace batchscope {

/// Where a panel's marks are drawn.
struct PlotArea {
    Box box;
    AxisMapping x;
    AxisMapping y;
    /// Most points of one curve for each chart unit of width.
    double points_per_unit = 4;
    /// Where the columns begin into which curves are thinned, in columns: if it were the same for
    /// all of a crowd of curves, their thinning would show as a pattern.
    double phase = 0;
};

/// The values that the marks of a panel have on one of its axes.
[[nodiscard]] AxisRange needed_range(const Panel& panel, Dimension dimension);

/// Whether there is anything to see in a panel but rules and spans.
[[nodiscard]] bool has_marks(const Panel& panel);

/// Draw one layer. Values out of sight are counted in drawing.hidden_values.
void draw_layer(const PointLayer& layer, const PlotArea& area, Drawing& drawing);
void draw_layer(const IntervalLayer& layer, const PlotArea& area, Drawing& drawing);
void draw_layer(const LineLayer& layer, const PlotArea& area, Drawing& drawing);
void draw_layer(const CellLayer& layer, const PlotArea& area, Drawing& drawing);
void draw_layer(const RuleLayer& layer, const PlotArea& area, Drawing& drawing);
void draw_layer(const SpanLayer& layer, const PlotArea& area, Drawing& drawing);

}  // namespace batchscope
