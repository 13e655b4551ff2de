#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/charts/drawing.hpp"

namespace batchscope {

/// Shapes as SVG elements, one a line. Neighbours of one look are grouped.
[[nodiscard]] std::string svg_shapes(const std::vector<Shape>& shapes);

/// Rounded to 0.01, in shortest form; never "-0". Needs a finite number.
[[nodiscard]] std::string svg_number(double value);

/// Text for an element's content or a quoted attribute.
[[nodiscard]] std::string escaped_xml(std::string_view text);

}  // namespace batchscope
