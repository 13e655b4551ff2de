#pragma once

#include <string>
#include <vector>

#include "analysis/charts/chart_drawing.hpp"

namespace batchscope {

/// The shapes of one kind in a drawing, in order.
template <typename Kind>
std::vector<Kind> shapes_of(const Drawing& drawing) {
    std::vector<Kind> found;
    for (const Shape& shape : drawing.shapes) {
        if (const auto* kind = std::get_if<Kind>(&shape)) {
            found.push_back(*kind);
        }
    }
    return found;
}

/// Those of a colour that no axis or text has.
inline constexpr Colour test_colour{1, 2, 3};

inline std::vector<PathShape> test_paths(const Drawing& drawing) {
    std::vector<PathShape> paths;
    for (const PathShape& path : shapes_of<PathShape>(drawing)) {
        if ((path.stroke && path.stroke->colour == test_colour) ||
            (path.filling && path.filling->colour == test_colour)) {
            paths.push_back(path);
        }
    }
    return paths;
}

/// A chart of one panel with linear axes and the given layers.
inline Drawing draw_layers(std::vector<Layer> layers, ChartAxis x = {}, ChartAxis y = {}) {
    Panel panel{.x = std::move(x), .y = std::move(y)};
    panel.layers = std::move(layers);
    Chart chart;
    chart.panels = {panel};
    return draw_chart(chart, false, false);
}

}  // namespace batchscope
