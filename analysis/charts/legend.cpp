#include "analysis/charts/legend.hpp"

#include <algorithm>

#include "analysis/charts/palette.hpp"
#include "analysis/charts/text_measure.hpp"
#include "analysis/charts/typography.hpp"

namespace batchscope {

namespace {

using typography::label_size;

constexpr double label_height = line_spacing * label_size;
constexpr double line_swatch_width = 22;
constexpr double mark_swatch_width = 13;
constexpr double swatch_gap = 4;
constexpr double entry_gap = 12;

struct LegendEntry {
    std::string name;
    std::vector<const Layer*> layers;  ///< of one kind and style only the first
};

const std::string& name_of(const Layer& layer) {
    static const std::string no_name;
    return std::visit(
        [](const auto& kind) -> const std::string& {
            if constexpr (requires { kind.name; }) {
                return kind.name;
            } else {
                return no_name;
            }
        },
        layer);
}

std::vector<LegendEntry> legend_entries(const Chart& chart) {
    std::vector<LegendEntry> entries;
    for (const Panel& panel : chart.panels) {
        for (const Layer& layer : panel.layers) {
            const std::string& name = name_of(layer);
            if (name.empty()) {
                continue;
            }
            auto entry = std::find_if(entries.begin(), entries.end(),
                                      [&name](const LegendEntry& e) { return e.name == name; });
            if (entry == entries.end()) {
                entries.push_back({name, {}});
                entry = entries.end() - 1;
            }
            const bool has_kind = std::any_of(
                entry->layers.begin(), entry->layers.end(),
                [&layer](const Layer* other) { return other->index() == layer.index(); });
            if (!has_kind) {
                entry->layers.push_back(&layer);
            }
        }
    }
    return entries;
}

/// Marks without a line take less room.
double swatch_width(const LegendEntry& entry) {
    const bool marks_only =
        std::all_of(entry.layers.begin(), entry.layers.end(), [](const Layer* layer) {
            const auto* points = std::get_if<PointLayer>(layer);
            return std::holds_alternative<CellLayer>(*layer) ||
                   (points != nullptr && !points->joined);
        });
    return marks_only ? mark_swatch_width : line_swatch_width;
}

/// What stands for a layer in the legend, within a box.
class Swatch {
  public:
    Swatch(const Box& box, Drawing& drawing) : box_(box), drawing_(drawing) {}

    void operator()(const PointLayer& layer) const {
        if (layer.joined) {
            add_line(layer.style);
        }
        add_marker(layer.style,
                   !layer.points.empty() && std::all_of(layer.points.begin(), layer.points.end(),
                                                        [](const PointMark& p) { return p.open; }));
    }
    void operator()(const LineLayer& layer) const { add_line(layer.style); }
    void operator()(const IntervalLayer& layer) const {
        Style bar = layer.style;
        bar.dash = Dash::solid;
        add_line(bar);
        add_marker(layer.style, false);
    }
    void operator()(const RuleLayer& layer) const { add_line(layer.style); }
    void operator()(const SpanLayer& layer) const {
        const Style& style = layer.style;
        drawing_.shapes.emplace_back(
            RectangleShape{.box = {box_.left, box_.top + 1, box_.right, box_.bottom - 1},
                           .filling = Filling{style.colour, filling_opacity * style.opacity},
                           .stroke = Stroke{style.colour, 0.8, Dash::dashed}});
    }
    void operator()(const CellLayer& layer) const {
        RectangleShape cell{.box = {middle() - 6, box_.top + 1, middle() + 6, box_.bottom - 1}};
        if (layer.fill) {
            cell.filling = Filling{*layer.fill};
        }
        if (layer.frame) {
            cell.stroke =
                Stroke{layer.frame->colour, std::min(layer.frame->width, 2.0), layer.frame->dash};
        } else {
            cell.stroke = Stroke{middle_grey, 0.75};
        }
        drawing_.shapes.emplace_back(cell);
        if (!layer.glyph.empty()) {
            constexpr double size = 9.5;
            drawing_.shapes.emplace_back(
                TextShape{.position = {middle(), (box_.top + box_.bottom) / 2 + 0.36 * size},
                          .text = layer.glyph,
                          .size = size,
                          .anchor = TextAnchor::middle,
                          .colour = text_colour_on(layer.fill.value_or(white))});
        }
    }

  private:
    [[nodiscard]] double middle() const { return (box_.left + box_.right) / 2; }

    void add_line(const Style& style) const {
        const double y = (box_.top + box_.bottom) / 2;
        drawing_.shapes.emplace_back(
            PathShape{.parts = {{{box_.left, y}, {box_.right, y}}},
                      .stroke = Stroke{style.colour, std::max(style.width, 1.0), style.dash}});
    }
    void add_marker(const Style& style, bool open) const {
        if (style.marker != Marker::none) {
            drawing_.shapes.emplace_back(
                MarkerShape{.position = {middle(), (box_.top + box_.bottom) / 2},
                            .marker = style.marker,
                            .colour = style.colour,
                            .open = open,
                            .size = 3.2});
        }
    }

    Box box_;
    Drawing& drawing_;
};

/// Whether values lie beyond the ends of a ramp, where all have one colour.
struct Beyond {
    bool low = false;
    bool high = false;
};

Beyond values_beyond(const Chart& chart, const ColourRamp& ramp) {
    Beyond beyond;
    for (const Panel& panel : chart.panels) {
        for (const Layer& layer : panel.layers) {
            const auto* cells = std::get_if<CellLayer>(&layer);
            if (cells == nullptr || cells->ramp != ramp) {
                continue;
            }
            for (const CellMark& cell : cells->cells) {
                beyond.low = beyond.low || cell.value < ramp.low;
                beyond.high = beyond.high || cell.value > ramp.high;
            }
        }
    }
    return beyond;
}

double draw_ramp(const ColourRamp& ramp, const Beyond& beyond, double left, double right,
                 double top, Drawing& drawing) {
    constexpr int steps = 32;
    constexpr double strip_width = 120;
    constexpr double strip_height = 9;
    TextShape text{.position = {left, 0}, .size = label_size};
    top = add_text_lines(drawing, wrap_text(ramp.title, label_size, right - left), top, text);
    text.text = (beyond.low ? "≤ " : "") + single_tick_label(ramp.low, ramp.format);
    text.position = {left, top + text_ascent * label_size};
    drawing.shapes.emplace_back(text);
    double x = left + text_width(text.text, label_size) + swatch_gap;
    const double strip_top = top + (label_height - strip_height) / 2;
    for (int step = 0; step < steps; ++step) {
        const double begin = x + strip_width * step / steps;
        // A little too wide, so that no white seam shows between two.
        const double end = std::min(begin + strip_width / steps + 0.5, x + strip_width);
        drawing.shapes.emplace_back(
            RectangleShape{.box = {begin, strip_top, end, strip_top + strip_height},
                           .filling = Filling{viridis((step + 0.5) / steps)}});
    }
    x += strip_width + swatch_gap;
    text.text = (beyond.high ? "≥ " : "") + single_tick_label(ramp.high, ramp.format);
    text.position.x = x;
    drawing.shapes.emplace_back(text);
    return top + label_height;
}

double draw_ramps(const Chart& chart, double left, double right, double top, Drawing& drawing) {
    std::vector<ColourRamp> drawn;
    for (const Panel& panel : chart.panels) {
        for (const Layer& layer : panel.layers) {
            const auto* cells = std::get_if<CellLayer>(&layer);
            if (cells == nullptr || !cells->ramp || cells->ramp->title.empty() ||
                std::find(drawn.begin(), drawn.end(), *cells->ramp) != drawn.end()) {
                continue;
            }
            drawn.push_back(*cells->ramp);
            top = draw_ramp(drawn.back(), values_beyond(chart, drawn.back()), left, right, top,
                            drawing);
        }
    }
    return top;
}

}  // namespace

double draw_legend(const Chart& chart, double left, double right, double top, Drawing& drawing) {
    top = draw_ramps(chart, left, right, top, drawing);
    double x = left;
    double bottom = top;
    for (const LegendEntry& entry : legend_entries(chart)) {
        const double before = swatch_width(entry) + swatch_gap;
        const std::vector<std::string> lines =
            wrap_text(entry.name, label_size, right - left - before);
        double width = before;
        for (const std::string& line : lines) {
            width = std::max(width, before + text_width(line, label_size));
        }
        if (x > left && x + width > right) {
            x = left;
            top = bottom;
        }
        constexpr double swatch_height = 12;
        const double swatch_top = top + (label_height - swatch_height) / 2;
        const Swatch swatch({x, swatch_top, x + swatch_width(entry), swatch_top + swatch_height},
                            drawing);
        for (const Layer* layer : entry.layers) {
            std::visit(swatch, *layer);
        }
        bottom = std::max(
            bottom,
            add_text_lines(drawing, lines, top, {.position = {x + before, 0}, .size = label_size}));
        x += width + entry_gap;
    }
    return bottom;
}

}  // namespace batchscope
