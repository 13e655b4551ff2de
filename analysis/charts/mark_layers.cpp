// Points and intervals.
#include <cmath>

#include "analysis/charts/clipping.hpp"
#include "analysis/charts/layers.hpp"
#include "analysis/charts/palette.hpp"

namespace batchscope {

namespace {

constexpr double point_size = 3;
constexpr double estimate_size = 3.8;
constexpr double half_cap = 3;
constexpr double arrow_length = 5;

Stroke stroke_of(const Style& style) {
    return {style.colour, style.width, style.dash, style.opacity};
}

/// A bar between two places along one dimension, in chart units.
struct Bar {
    bool is_vertical;
    double position;
    double low;
    double high;

    [[nodiscard]] Position at(double along, double across) const {
        return is_vertical ? Position{position + across, along}
                           : Position{along, position + across};
    }
};

/// Ends of a bar: a cap, or an arrow where it goes on beyond the axis.
void add_end(const Bar& bar, double end, bool goes_on, double direction, PathShape& lines,
             PathShape& arrows) {
    if (goes_on) {
        arrows.parts.push_back({bar.at(end, 0), bar.at(end - direction * arrow_length, half_cap),
                                bar.at(end - direction * arrow_length, -half_cap)});
    } else {
        lines.parts.push_back({bar.at(end, -half_cap), bar.at(end, half_cap)});
    }
}

void draw_bar(const Bar& bar, const IntervalMark& mark, const Style& style,
              const AxisMapping& mapping, Drawing& drawing) {
    Stroke stroke = stroke_of(style);
    stroke.dash = Dash::solid;  // a dashed bar would seem to end early
    PathShape lines{.stroke = stroke, .hover = mark.hover};
    PathShape arrows{.closed = true, .filling = Filling{style.colour, style.opacity}};
    const double direction = mapping.at_high() > mapping.at_low() ? 1 : -1;
    if (bar.low == bar.high && mark.low < mark.high) {
        // All of it is beyond one end: an arrow from within the plot points there.
        const double outwards = bar.low == mapping.at_high() ? direction : -direction;
        lines.parts.push_back(
            {bar.at(bar.low, 0), bar.at(bar.low - outwards * 3 * arrow_length, 0)});
        add_end(bar, bar.low, true, outwards, lines, arrows);
    } else {
        lines.parts.push_back({bar.at(bar.low, 0), bar.at(bar.high, 0)});
        add_end(bar, bar.low, !mapping.shows(mark.low), -direction, lines, arrows);
        add_end(bar, bar.high, !mapping.shows(mark.high), direction, lines, arrows);
    }
    drawing.shapes.emplace_back(std::move(lines));
    if (!arrows.parts.empty()) {
        drawing.shapes.emplace_back(std::move(arrows));
    }
}

}  // namespace

void draw_layer(const PointLayer& layer, const PlotArea& area, Drawing& drawing) {
    std::vector<Position> line;
    std::vector<MarkerShape> markers;
    for (const PointMark& point : layer.points) {
        const Position position{area.x.position(point.x) + layer.offset.x,
                                area.y.position(point.y) + layer.offset.y};
        line.push_back(position);
        if (std::isnan(point.x) || std::isnan(point.y)) {
            continue;
        }
        if (!area.x.shows(point.x) || !area.y.shows(point.y)) {
            ++drawing.hidden_values;
            continue;
        }
        markers.push_back({.position = position,
                           .marker = layer.style.marker,
                           .colour = layer.style.colour,
                           .open = point.open,
                           .size = point_size,
                           .opacity = layer.style.opacity,
                           .hover = point.hover});
    }
    if (layer.joined) {
        add_line(drawing, clipped_line(line, area.box), layer.style, "");
    }
    if (layer.style.marker != Marker::none) {
        drawing.shapes.insert(drawing.shapes.end(), markers.begin(), markers.end());
    }
}

void draw_layer(const IntervalLayer& layer, const PlotArea& area, Drawing& drawing) {
    const bool is_vertical = layer.along == Dimension::y;
    const AxisMapping& along = is_vertical ? area.y : area.x;
    const AxisMapping& across = is_vertical ? area.x : area.y;
    const double offset_across = is_vertical ? layer.offset.x : layer.offset.y;
    const double offset_along = is_vertical ? layer.offset.y : layer.offset.x;
    for (const IntervalMark& mark : layer.intervals) {
        if (std::isnan(mark.position)) {
            continue;
        }
        if (!across.shows(mark.position)) {
            ++drawing.hidden_values;
            continue;
        }
        const Bar bar{is_vertical, across.position(mark.position) + offset_across,
                      along.clamped_position(mark.low) + offset_along,
                      along.clamped_position(mark.high) + offset_along};
        if (!std::isnan(mark.low) && !std::isnan(mark.high)) {
            draw_bar(bar, mark, layer.style, along, drawing);
        }
        if (std::isnan(mark.estimate) || layer.style.marker == Marker::none) {
            continue;
        }
        if (!along.shows(mark.estimate)) {
            ++drawing.hidden_values;
            continue;
        }
        drawing.shapes.emplace_back(
            MarkerShape{.position = bar.at(along.position(mark.estimate) + offset_along, 0),
                        .marker = layer.style.marker,
                        .colour = layer.style.colour,
                        .size = estimate_size,
                        .opacity = layer.style.opacity,
                        .hover = mark.hover});
    }
}

}  // namespace batchscope
