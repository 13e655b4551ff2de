#include "analysis/charts/svg_shapes.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

#include "analysis/charts/text_measure.hpp"

namespace batchscope {

namespace {

/// Chart units are written in hundredths, so that sums of differences are exact.
std::int64_t hundredths(double value) {
    return std::llround(value * 100);
}

std::string hundredths_text(std::int64_t value) {
    const std::int64_t size = value < 0 ? -value : value;
    std::string text = value < 0 ? "-" : "";
    if (size >= 100 || size == 0) {
        text += std::to_string(size / 100);
    }
    if (size % 100 != 0) {
        text += size % 10 == 0 ? fmt::format(".{}", size % 100 / 10)
                               : fmt::format(".{:02}", size % 100);
    }
    return text;
}

std::string colour_text(Colour colour) {
    return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
}

std::string opacity_attribute(std::string_view name, double opacity) {
    return opacity < 1 ? fmt::format(" {}=\"{}\"", name, svg_number(opacity)) : "";
}

std::string stroke_attributes(const Stroke& stroke) {
    std::string text = fmt::format(" stroke=\"{}\" stroke-width=\"{}\"", colour_text(stroke.colour),
                                   svg_number(stroke.width));
    switch (stroke.dash) {
        case Dash::solid:
            break;
        case Dash::dashed:
            text += " stroke-dasharray=\"6 3\" stroke-linecap=\"butt\"";
            break;
        case Dash::dotted:
            text += " stroke-dasharray=\"1.5 2.5\" stroke-linecap=\"butt\"";
            break;
        case Dash::dash_dotted:
            text += " stroke-dasharray=\"7 2.5 1.5 2.5\" stroke-linecap=\"butt\"";
            break;
    }
    return text + opacity_attribute("stroke-opacity", stroke.opacity);
}

std::string paint_attributes(const std::optional<Filling>& filling,
                             const std::optional<Stroke>& stroke) {
    std::string text = filling ? fmt::format(" fill=\"{}\"", colour_text(filling->colour)) +
                                     opacity_attribute("fill-opacity", filling->opacity)
                               : " fill=\"none\"";
    return stroke ? text + stroke_attributes(*stroke) : text;
}

std::string hover_element(const std::string& hover) {
    return hover.empty() ? "" : "<title>" + escaped_xml(hover) + "</title>";
}

/// An element with or without content.
std::string element(std::string_view name, const std::string& attributes,
                    const std::string& content) {
    return content.empty() ? fmt::format("<{}{}/>", name, attributes)
                           : fmt::format("<{0}{1}>{2}</{0}>", name, attributes, content);
}

/// Relative coordinates are shorter, and there are many of them.
std::string path_data(const std::vector<std::vector<Position>>& parts, bool closed) {
    std::string data;
    for (const std::vector<Position>& part : parts) {
        std::int64_t x = 0;
        std::int64_t y = 0;
        for (std::size_t i = 0; i < part.size(); ++i) {
            const std::int64_t next_x = hundredths(part[i].x);
            const std::int64_t next_y = hundredths(part[i].y);
            const std::string dx = hundredths_text(next_x - x);
            const std::string dy = hundredths_text(next_y - y);
            if (i < 2) {
                data += i == 0 ? 'M' : 'l';
            } else if (dx.front() != '-') {
                data += ' ';
            }
            data += dx;
            if (dy.front() != '-') {
                data += ' ';
            }
            data += dy;
            x = next_x;
            y = next_y;
        }
        data += closed ? "z" : "";
    }
    return data;
}

std::string marker_path(const MarkerShape& shape) {
    const double size = shape.size;
    const auto data = [&shape](std::vector<std::vector<Position>> parts, bool closed) {
        for (auto& part : parts) {
            for (Position& point : part) {
                point = {shape.position.x + point.x, shape.position.y + point.y};
            }
        }
        return fmt::format(" d=\"{}\"", path_data(parts, closed));
    };
    switch (shape.marker) {
        case Marker::none:
        case Marker::circle:
            break;
        case Marker::square: {
            const double half = 0.88 * size;
            return data({{{-half, -half}, {half, -half}, {half, half}, {-half, half}}}, true);
        }
        case Marker::triangle:
            return data({{{0, -1.2 * size}, {1.1 * size, 0.8 * size}, {-1.1 * size, 0.8 * size}}},
                        true);
        case Marker::inverted_triangle:
            return data({{{0, 1.2 * size}, {1.1 * size, -0.8 * size}, {-1.1 * size, -0.8 * size}}},
                        true);
        case Marker::diamond: {
            const double half = 1.3 * size;
            return data({{{0, -half}, {half, 0}, {0, half}, {-half, 0}}}, true);
        }
        case Marker::plus: {
            const double half = 1.2 * size;
            return data({{{-half, 0}, {half, 0}}, {{0, -half}, {0, half}}}, false);
        }
        case Marker::cross:
            return data({{{-size, -size}, {size, size}}, {{-size, size}, {size, -size}}}, false);
    }
    return {};
}

std::string svg_of(const MarkerShape& shape) {
    const std::string hover = hover_element(shape.hover);
    if (shape.marker != Marker::circle) {
        return element("path", marker_path(shape), hover);
    }
    return element("circle",
                   fmt::format(" cx=\"{}\" cy=\"{}\" r=\"{}\"", svg_number(shape.position.x),
                               svg_number(shape.position.y), svg_number(shape.size)),
                   hover);
}

std::string svg_of(const RectangleShape& shape) {
    return element(
        "rect",
        fmt::format(" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{}", svg_number(shape.box.left),
                    svg_number(shape.box.top), svg_number(shape.box.width()),
                    svg_number(shape.box.height()), paint_attributes(shape.filling, shape.stroke)),
        hover_element(shape.hover));
}

std::string svg_of(const PathShape& shape) {
    return element("path",
                   paint_attributes(shape.filling, shape.stroke) +
                       fmt::format(" d=\"{}\"", path_data(shape.parts, shape.closed)),
                   hover_element(shape.hover));
}

std::string svg_of(const TextShape& shape) {
    const std::string x = svg_number(shape.position.x);
    const std::string y = svg_number(shape.position.y);
    std::string attributes =
        fmt::format(" x=\"{}\" y=\"{}\" font-size=\"{}\"", x, y, svg_number(shape.size));
    if (shape.anchor != TextAnchor::start) {
        attributes += fmt::format(" text-anchor=\"{}\"",
                                  shape.anchor == TextAnchor::middle ? "middle" : "end");
    }
    if (shape.bold) {
        attributes += " font-weight=\"bold\"";
    }
    if (shape.upright) {
        attributes += fmt::format(" transform=\"rotate(-90 {} {})\"", x, y);
    }
    if (shape.colour != Colour{}) {
        attributes += fmt::format(" fill=\"{}\"", colour_text(shape.colour));
    }
    return element("text", attributes, escaped_xml(shape.text) + hover_element(shape.hover));
}

/// What a marker shares with its neighbours.
std::string group_attributes(const MarkerShape& shape) {
    const bool has_inside = shape.marker != Marker::plus && shape.marker != Marker::cross;
    const std::string colour = colour_text(shape.colour);
    // Filled markers have a white rim, so that two on one another are still two.
    std::string text =
        shape.open || !has_inside
            ? fmt::format(" fill=\"{}\" stroke=\"{}\" stroke-width=\"1.4\"",
                          has_inside ? "#fff" : "none", colour)
            : fmt::format(" fill=\"{}\" stroke=\"#fff\" stroke-width=\".5\"", colour);
    return text + opacity_attribute("opacity", shape.opacity);
}

}  // namespace

std::string svg_number(double value) {
    return hundredths_text(hundredths(value));
}

std::string escaped_xml(std::string_view text) {
    std::string escaped;
    for (const char character : printable_text(text)) {
        switch (character) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\'':
                escaped += "&#39;";
                break;
            default:
                escaped += character;
        }
    }
    return escaped;
}

std::string svg_shapes(const std::vector<Shape>& shapes) {
    std::string svg = "<g stroke-linecap=\"round\" stroke-linejoin=\"round\">\n";
    std::string group;
    for (const Shape& shape : shapes) {
        const auto* marker = std::get_if<MarkerShape>(&shape);
        const std::string attributes = marker != nullptr ? group_attributes(*marker) : "";
        if (attributes != group) {
            svg += group.empty() ? "" : "</g>\n";
            svg += attributes.empty() ? "" : "<g" + attributes + ">\n";
            group = attributes;
        }
        svg += std::visit([](const auto& kind) { return svg_of(kind); }, shape) + '\n';
    }
    svg += group.empty() ? "" : "</g>\n";
    return svg + "</g>\n";
}

}  // namespace batchscope
