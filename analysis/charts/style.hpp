#pragma once

#include <cstdint>

namespace batchscope {

/// A colour of sRGB, opaque.
struct Colour {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    bool operator==(const Colour&) const = default;
};

/// `cross` and `plus` have no inside: they look the same open and filled.
enum class Marker { none, circle, square, triangle, diamond, inverted_triangle, plus, cross };

enum class Dash { solid, dashed, dotted, dash_dotted };

/// How the marks of a layer look. Factors differ in colour, marker and dash at once, so that they
/// are told apart in grey and by colour-blind readers.
struct Style {
    Colour colour{};
    Marker marker = Marker::circle;
    Dash dash = Dash::solid;
    double width = 1.5;  ///< of lines, in chart units
    double opacity = 1;  ///< of lines and markers; bands and spans are filled at a fifth of it
};

}  // namespace batchscope
