// Rules and spans.
#include <algorithm>
#include <cmath>

#include "analysis/charts/layers.hpp"
#include "analysis/charts/palette.hpp"

namespace batchscope {

void draw_layer(const RuleLayer& layer, const PlotArea& area, Drawing& drawing) {
    if (std::isnan(layer.value)) {
        return;
    }
    if (!area.x.shows(layer.value)) {
        ++drawing.hidden_values;
        return;
    }
    const double at = area.x.position(layer.value);
    drawing.shapes.emplace_back(PathShape{.parts = {{{at, area.box.top}, {at, area.box.bottom}}},
                                          .stroke = Stroke{layer.style.colour, layer.style.width,
                                                           layer.style.dash, layer.style.opacity},
                                          .hover = layer.hover});
}

void draw_layer(const SpanLayer& layer, const PlotArea& area, Drawing& drawing) {
    if (std::isnan(layer.low) || std::isnan(layer.high)) {
        return;
    }
    const auto [low, high] =
        std::minmax({area.x.clamped_position(layer.low), area.x.clamped_position(layer.high)});
    const Box& box = area.box;
    drawing.shapes.emplace_back(RectangleShape{
        .box = {low, box.top, high, box.bottom},
        .filling = Filling{layer.style.colour, layer.style.opacity * filling_opacity},
        .hover = layer.hover});
    // The filling is too pale to be relied on: its ends are lines.
    PathShape ends{.stroke = Stroke{layer.style.colour, 0.8, Dash::dashed, layer.style.opacity}};
    for (const double value : {layer.low, layer.high}) {
        if (area.x.shows(value)) {
            const double at = area.x.position(value);
            ends.parts.push_back({{at, box.top}, {at, box.bottom}});
        }
    }
    if (!ends.parts.empty()) {
        drawing.shapes.emplace_back(std::move(ends));
    }
}

}  // namespace batchscope
