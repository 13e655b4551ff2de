#pragma once

#include "analysis/charts/chart.hpp"
#include "analysis/charts/drawing.hpp"

namespace batchscope {

/// The legend of all named layers of a chart, in their order, one entry a name, and a key for each
/// titled colour ramp; within left and right, wrapped. Returns where it ends; `top` if there is
/// nothing to explain.
double draw_legend(const Chart& chart, double left, double right, double top, Drawing& drawing);

}  // namespace batchscope
