#pragma once

#include "analysis/figures/axis_mapping.hpp"
#include "analysis/figures/chart.hpp"
#include "analysis/figures/drawing.hpp"

namespace batchscope {

/// Where a panel's marks are drawn.
struct PlotArea {
    Box box;
    AxisMapping x;
    AxisMapping y;
    /// Most points of one curve for each figure unit of width.
    double points_per_unit = 4;
    /// Where the columns begin into which curves are thinned, in columns: if it were the same for
    /// all of a crowd of curves, their thinning would show as a pattern.
    double phase = 0;
};

/// The values that the marks of a panel have on one of its axes.
[[nodiscard]] AxisRange needed_range(const Panel& panel, Dimension dimension);

/// Whether there is anything to see in a panel but rules, spans and text.
[[nodiscard]] bool has_marks(const Panel& panel);

/// Draw one layer. Values out of sight are counted in drawing.hidden_values.
void draw_layer(const PointLayer& layer, const PlotArea& area, Drawing& drawing);
void draw_layer(const IntervalLayer& layer, const PlotArea& area, Drawing& drawing);
void draw_layer(const LineLayer& layer, const PlotArea& area, Drawing& drawing);
void draw_layer(const BandLayer& layer, const PlotArea& area, Drawing& drawing);
void draw_layer(const CellLayer& layer, const PlotArea& area, Drawing& drawing);
void draw_layer(const RuleLayer& layer, const PlotArea& area, Drawing& drawing);
void draw_layer(const SpanLayer& layer, const PlotArea& area, Drawing& drawing);

/// Draws the notes of a layer within the plot. `taken` are the boxes of other texts, which new ones
/// avoid and are added to.
void draw_text(const TextLayer& layer, const PlotArea& area, std::vector<Box>& taken,
               Drawing& drawing);

/// Draws the labels of all rules on the y axis, at the right, in the order of their lines.
void draw_horizontal_rule_labels(const Panel& panel, const PlotArea& area, std::vector<Box>& taken,
                                 Drawing& drawing);

/// The label of a rule on the x axis, above its panel.
struct RuleLabel {
    const RuleLayer* rule;
    double line;  ///< where the rule is
    Box box;      ///< of the text, as if in the lowest row
    int row;      ///< 0 is the nearest to the plot
    bool turned;  ///< at the left of its line, since the figure ends at its right
};

/// Rows for all such labels within left and right so that none lies on another and, where that can
/// be, none on another's line.
[[nodiscard]] std::vector<RuleLabel> place_rule_labels(const Panel& panel, const AxisMapping& x,
                                                       double left, double right);

}  // namespace batchscope
