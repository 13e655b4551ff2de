#pragma once

#include "analysis/charts/chart.hpp"
#include "analysis/charts/drawing.hpp"

namespace batchscope {

/// The chart as shapes: title, legend, panels, caption. Without title or caption where the page
/// around it has them. Its height is what it takes. Throws Error (run time) if the columns of a
/// layer differ in length.
[[nodiscard]] Drawing draw_chart(const Chart& chart, bool with_title, bool with_caption);

}  // namespace batchscope
