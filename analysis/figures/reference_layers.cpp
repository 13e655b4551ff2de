// Rules, spans, and the text at them.
#include <algorithm>
#include <cmath>

#include "analysis/figures/layers.hpp"
#include "analysis/figures/palette.hpp"
#include "analysis/figures/text_measure.hpp"
#include "analysis/figures/typography.hpp"

namespace batchscope {

namespace {

using typography::label_size;

constexpr double gap_to_line = 3;

/// Moves a box into the plot, then down or up by lines until it meets no other text; where there is
/// no free place it stays.
Box free_place(Box box, const Box& plot, const std::vector<Box>& taken) {
    const auto moved = [](const Box& from, double x, double y) {
        return Box{from.left + x, from.top + y, from.right + x, from.bottom + y};
    };
    box = moved(box, std::min(0.0, plot.right - box.right), 0);
    box = moved(box, std::max(0.0, plot.left - box.left), 0);
    box = moved(box, 0, std::min(0.0, plot.bottom - box.bottom));
    box = moved(box, 0, std::max(0.0, plot.top - box.top));
    constexpr double step = 3;
    for (double distance = 0; distance < plot.height(); distance += step) {
        for (const double direction : {1.0, -1.0}) {
            const Box candidate = moved(box, 0, direction * distance);
            const bool inside = candidate.top >= plot.top && candidate.bottom <= plot.bottom;
            if (inside && std::none_of(taken.begin(), taken.end(), [&candidate](const Box& other) {
                    return overlap(candidate, other);
                })) {
                return candidate;
            }
        }
    }
    return box;
}

/// Lines of text in a box over white, so that marks do not run through them.
void draw_boxed(const std::vector<std::string>& lines, const Box& box, TextAnchor anchor,
                Colour colour, std::vector<Box>& taken, Drawing& drawing) {
    taken.push_back(box);
    drawing.shapes.emplace_back(RectangleShape{.box = box, .filling = Filling{white, 0.8}});
    add_text_lines(drawing, lines, box.top,
                   {.position = {anchor == TextAnchor::end ? box.right : box.left, 0},
                    .size = label_size,
                    .anchor = anchor,
                    .colour = colour});
}

/// The room that lines of text take.
Box box_of(const std::vector<std::string>& lines) {
    double width = 0;
    for (const std::string& line : lines) {
        width = std::max(width, text_width(line, label_size));
    }
    return {0, 0, width, line_spacing * label_size * static_cast<double>(lines.size())};
}

}  // namespace

void draw_layer(const RuleLayer& layer, const PlotArea& area, Drawing& drawing) {
    const AxisMapping& mapping = layer.dimension == Dimension::x ? area.x : area.y;
    if (std::isnan(layer.value)) {
        return;
    }
    if (!mapping.shows(layer.value)) {
        ++drawing.hidden_values;
        return;
    }
    const double at = mapping.position(layer.value);
    const Box& box = area.box;
    const std::vector<Position> line = layer.dimension == Dimension::x
                                           ? std::vector<Position>{{at, box.top}, {at, box.bottom}}
                                           : std::vector<Position>{{box.left, at}, {box.right, at}};
    drawing.shapes.emplace_back(PathShape{.parts = {line},
                                          .stroke = Stroke{layer.style.colour, layer.style.width,
                                                           layer.style.dash, layer.style.opacity},
                                          .hover = layer.hover});
}

void draw_layer(const SpanLayer& layer, const PlotArea& area, Drawing& drawing) {
    const bool is_x = layer.dimension == Dimension::x;
    const AxisMapping& mapping = is_x ? area.x : area.y;
    const auto [low, high] =
        std::minmax({mapping.clamped_position(layer.low), mapping.clamped_position(layer.high)});
    if (std::isnan(layer.low) || std::isnan(layer.high)) {
        return;
    }
    const Box& box = area.box;
    const Box span =
        is_x ? Box{low, box.top, high, box.bottom} : Box{box.left, low, box.right, high};
    drawing.shapes.emplace_back(RectangleShape{
        .box = span,
        .filling = Filling{layer.style.colour, layer.style.opacity * filling_opacity},
        .hover = layer.hover});
    // The filling is too pale to be relied on: its ends are lines.
    PathShape ends{.stroke = Stroke{layer.style.colour, 0.8, Dash::dashed, layer.style.opacity}};
    for (const double value : {layer.low, layer.high}) {
        if (mapping.shows(value)) {
            const double at = mapping.position(value);
            ends.parts.push_back(is_x ? std::vector<Position>{{at, box.top}, {at, box.bottom}}
                                      : std::vector<Position>{{box.left, at}, {box.right, at}});
        }
    }
    if (!ends.parts.empty()) {
        drawing.shapes.emplace_back(std::move(ends));
    }
}

void draw_text(const TextLayer& layer, const PlotArea& area, std::vector<Box>& taken,
               Drawing& drawing) {
    for (const TextNote& note : layer.notes) {
        if (std::isnan(note.x) || std::isnan(note.y) || note.text.empty()) {
            continue;
        }
        const std::vector<std::string> lines = wrap_text(note.text, label_size, area.box.width());
        const double x = area.x.clamped_position(note.x);
        const double y = area.y.clamped_position(note.y) - line_spacing * label_size / 2;
        const Box size = box_of(lines);
        const Box wanted{x, y, x + size.width(), y + size.height()};
        draw_boxed(lines, free_place(wanted, area.box, taken), TextAnchor::start,
                   layer.style.colour, taken, drawing);
    }
}

void draw_horizontal_rule_labels(const Panel& panel, const PlotArea& area, std::vector<Box>& taken,
                                 Drawing& drawing) {
    struct Label {
        double line;
        std::vector<std::string> lines;
        Box box;
    };
    std::vector<Label> labels;
    for (const Layer& layer : panel.layers) {
        const auto* rule = std::get_if<RuleLayer>(&layer);
        if (rule == nullptr || rule->dimension != Dimension::y || rule->label.empty() ||
            !area.y.shows(rule->value)) {
            continue;
        }
        const std::vector<std::string> lines =
            wrap_text(rule->label, label_size, area.box.width() - 2 * gap_to_line);
        labels.push_back({area.y.position(rule->value), lines, box_of(lines)});
    }
    std::stable_sort(labels.begin(), labels.end(),
                     [](const Label& a, const Label& b) { return a.line < b.line; });
    // Each above its line, or under the label before; then up again where the plot ends.
    double free_from = area.box.top;
    for (Label& label : labels) {
        const double height = label.box.height();
        const double top = std::max(label.line - height - 1, free_from);
        free_from = top + height;
        label.box = {area.box.right - gap_to_line - label.box.width(), top,
                     area.box.right - gap_to_line, free_from};
    }
    double free_to = area.box.bottom;
    for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
        const double excess = std::max(0.0, label->box.bottom - free_to);
        label->box.top -= excess;
        label->box.bottom -= excess;
        free_to = label->box.top;
    }
    for (const Label& label : labels) {
        draw_boxed(label.lines, label.box, TextAnchor::end, black, taken, drawing);
    }
}

std::vector<RuleLabel> place_rule_labels(const Panel& panel, const AxisMapping& x, double left,
                                         double right) {
    std::vector<RuleLabel> labels;
    for (const Layer& layer : panel.layers) {
        const auto* rule = std::get_if<RuleLayer>(&layer);
        if (rule == nullptr || rule->dimension != Dimension::x || rule->label.empty() ||
            !x.shows(rule->value)) {
            continue;
        }
        const double line = x.position(rule->value);
        const double width = text_width(rule->label, label_size);
        const bool turned = line + gap_to_line + width > right;
        const double begin = turned ? std::max(left, std::min(line - gap_to_line, right) - width)
                                    : line + gap_to_line;
        labels.push_back(
            {rule, line, {begin, 0, begin + width, line_spacing * label_size}, 0, turned});
    }
    // From the right, since texts stand at the right of their lines; those that stand at the left
    // come last, over all others, and from the left.
    std::stable_sort(labels.begin(), labels.end(), [](const RuleLabel& a, const RuleLabel& b) {
        return a.turned != b.turned ? b.turned : (a.turned ? a.line < b.line : a.line > b.line);
    });
    for (auto label = labels.begin(); label != labels.end(); ++label) {
        const auto crosses = [](double line, const Box& box) {
            return line > box.left - 1 && line < box.right + 1;
        };
        const auto collides = [&](int row, bool lines_matter) {
            return std::any_of(labels.begin(), label, [&](const RuleLabel& other) {
                return (other.row == row && overlap(other.box, label->box)) ||
                       (lines_matter && ((other.row > row && crosses(other.line, label->box)) ||
                                         (other.row < row && crosses(label->line, other.box))));
            });
        };
        const int most_rows = static_cast<int>(labels.size());
        while (label->row < most_rows && collides(label->row, true)) {
            ++label->row;
        }
        if (label->row == most_rows) {
            label->row = 0;
            while (collides(label->row, false)) {
                ++label->row;
            }
        }
    }
    return labels;
}

}  // namespace batchscope
