// Lines and bands.
#include <algorithm>
#include <cmath>

#include "analysis/figures/clipping.hpp"
#include "analysis/figures/decimation.hpp"
#include "analysis/figures/layers.hpp"
#include "analysis/figures/palette.hpp"

namespace batchscope {

namespace {

/// In figure units, thinned to the columns that can be told apart.
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

/// Each value is kept up to the next x.
std::vector<Position> with_steps(const std::vector<Position>& line) {
    std::vector<Position> steps;
    for (const Position& position : line) {
        if (!steps.empty() && !std::isnan(steps.back().y) && !std::isnan(position.y)) {
            steps.push_back({position.x, steps.back().y});
        }
        steps.push_back(position);
    }
    return steps;
}

/// A part of a band without gaps: the low line forth, the high line back.
void add_band_part(std::vector<Position>& low, std::vector<Position>& high, const Box& box,
                   PathShape& area, PathShape& bars) {
    if (low.size() == 1) {
        // An area of one x has no width; a bar shows that it is there.
        for (const auto& part : clipped_line({low.front(), high.front()}, box)) {
            bars.parts.push_back(part);
        }
    } else if (!low.empty()) {
        low.insert(low.end(), high.rbegin(), high.rend());
        const std::vector<Position> part = clipped_area(low, box);
        if (!part.empty()) {
            area.parts.push_back(part);
        }
    }
    low.clear();
    high.clear();
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
    add_line(drawing, clipped_line(layer.stepped ? with_steps(line) : line, area.box), layer.style,
             layer.hover);
}

void draw_layer(const BandLayer& layer, const PlotArea& area, Drawing& drawing) {
    // Infinite bounds reach the edge; others keep their place beyond it, so that slopes are true.
    const auto place = [&area](double value) {
        const double position = area.y.position(value);
        return std::isnan(position) ? area.y.clamped_position(value) : position;
    };
    Curve lows;
    Curve highs;
    for (std::size_t i = 0; i < layer.x.size(); ++i) {
        const bool is_gap = std::isnan(layer.low[i]) || std::isnan(layer.high[i]);
        const double x =
            is_gap ? std::numeric_limits<double>::quiet_NaN() : area.x.position(layer.x[i]);
        lows.x.push_back(x);
        highs.x.push_back(x);
        lows.y.push_back(place(layer.low[i]));
        highs.y.push_back(place(layer.high[i]));
    }
    PathShape filled{.closed = true,
                     .filling = Filling{layer.style.colour, layer.style.opacity * filling_opacity},
                     .hover = layer.hover};
    PathShape bars{
        .stroke = Stroke{layer.style.colour, layer.style.width, Dash::solid, layer.style.opacity},
        .hover = layer.hover};
    std::vector<Position> low;
    std::vector<Position> high;
    for (std::size_t i = 0; i < lows.x.size(); ++i) {
        if (std::isnan(lows.x[i])) {
            add_band_part(low, high, area.box, filled, bars);
            continue;
        }
        low.push_back({lows.x[i], lows.y[i]});
        high.push_back({highs.x[i], highs.y[i]});
    }
    add_band_part(low, high, area.box, filled, bars);
    for (PathShape& shape : std::vector{filled, bars}) {
        if (!shape.parts.empty()) {
            drawing.shapes.emplace_back(std::move(shape));
        }
    }
}

}  // namespace batchscope
