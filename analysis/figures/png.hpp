#pragma once

#include <string>

namespace batchscope {

/// The bytes of a PNG file of an SVG picture with a view box, `scale` pixels a unit of it, on
/// white; drawn by librsvg and cairo with the fonts of this machine. Throws Error (run time) if the
/// picture cannot be read or is too large to be drawn (cairo: 32767 pixels a side).
[[nodiscard]] std::string render_png(const std::string& svg, double scale = 2);

}  // namespace batchscope
