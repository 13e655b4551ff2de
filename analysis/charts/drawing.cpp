#include "analysis/charts/drawing.hpp"

#include <algorithm>
#include <utility>

#include "analysis/charts/text_measure.hpp"

namespace batchscope {

bool overlap(const Box& one, const Box& other) {
    return one.left < other.right && other.left < one.right && one.top < other.bottom &&
           other.top < one.bottom;
}

Box text_box(const TextShape& text) {
    const double width = text_width(text.text, text.size, text.bold);
    const double before = text.anchor == TextAnchor::start    ? 0
                          : text.anchor == TextAnchor::middle ? width / 2
                                                              : width;
    const double ascent = text_ascent * text.size;
    const double descent = text_descent * text.size;
    const auto& [x, y] = text.position;
    if (text.upright) {
        return {x - ascent, y - (width - before), x + descent, y + before};
    }
    return {x - before, y - ascent, x + (width - before), y + descent};
}

double add_text_lines(Drawing& drawing, const std::vector<std::string>& lines, double top,
                      TextShape first) {
    for (const std::string& line : lines) {
        first.text = line;
        first.position.y = top + text_ascent * first.size;
        drawing.shapes.emplace_back(first);
        top += line_spacing * first.size;
    }
    return top;
}

void add_line(Drawing& drawing, std::vector<std::vector<Position>> parts, const Style& style,
              const std::string& hover) {
    const auto dots = std::stable_partition(parts.begin(), parts.end(),
                                            [](const auto& part) { return part.size() > 1; });
    for (auto part = dots; part != parts.end(); ++part) {
        drawing.shapes.emplace_back(MarkerShape{.position = part->front(),
                                                .colour = style.colour,
                                                .size = std::max(1.3 * style.width, 1.0),
                                                .opacity = style.opacity,
                                                .hover = hover});
    }
    parts.erase(dots, parts.end());
    if (!parts.empty()) {
        drawing.shapes.emplace_back(
            PathShape{.parts = std::move(parts),
                      .stroke = Stroke{style.colour, style.width, style.dash, style.opacity},
                      .hover = hover});
    }
}

}  // namespace batchscope
