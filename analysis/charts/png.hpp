#pragma once

#include <string>

namespace batchscope {

/// Whether this program was built with PNG (BATCHSCOPE_PNG).
[[nodiscard]] bool can_render_png();
/// The formats of the files that this program draws: "SVG and PNG" or "SVG".
[[nodiscard]] inline const char* chart_formats() {
    return can_render_png() ? "SVG and PNG" : "SVG";
}

/// The bytes of a PNG file of an SVG picture with a view box, `scale` pixels a unit of it, on
/// white; drawn by librsvg and cairo with the fonts of this machine. Throws Error (run time) if the
/// picture cannot be read or is too large to be drawn (cairo: 32767 pixels a side), or the program
/// was built without.
[[nodiscard]] std::string render_png(const std::string& svg, double scale = 2);

}  // namespace batchscope
