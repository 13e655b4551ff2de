// Lines.
#include <algorithm>
#include <cmath>

#include "analysis/charts/clipping.hpp"
#include "analysis/charts/decimation.hpp"
#include "analysis/charts/layers.hpp"

namespace batchscope {

namespace {

/// In chart units, thinned to the columns that can be told apart.
Curve thinned(const Curve& curve, const PlotArea& area) {
    constexpr double points_per_column = 4;
    const double columns =
        std::max(1.0, std::floor(area.points_per_unit * area.box.width() / points_per_column));
    const double width = area.box.width() / columns;
    const double left = area.box.left - area.phase * width;
    return decimate(curve, left, left + (columns + 1) * width,
                    static_cast<std::size_t>(columns) + 1);
}

/// Whether an axis has no place for a value that is known. A line that leaves the plot is seen to.
bool is_hidden(const PlotArea& area, double x, double y) {
    return !std::isnan(x) && !std::isnan(y) &&
           (std::isnan(area.x.position(x)) || std::isnan(area.y.position(y)));
}

}  // namespace

void draw_layer(const LineLayer& layer, const PlotArea& area, Drawing& drawing) {
    Curve curve;
    for (std::size_t i = 0; i < layer.x.size(); ++i) {
        curve.x.push_back(area.x.position(layer.x[i]));
        curve.y.push_back(area.y.position(layer.y[i]));
        drawing.hidden_values += is_hidden(area, layer.x[i], layer.y[i]) ? 1 : 0;
    }
    const Curve kept = thinned(curve, area);
    std::vector<Position> line;
    for (std::size_t i = 0; i < kept.x.size(); ++i) {
        line.push_back({kept.x[i], kept.y[i]});
    }
    add_line(drawing, clipped_line(line, area.box), layer.style, layer.hover);
}

}  // namespace batchscope
