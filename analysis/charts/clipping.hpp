#pragma once

#include <vector>

#include "analysis/charts/drawing.hpp"

namespace batchscope {

/// The parts of a line that lie within `box`. A point with NaN is a gap; a point between two gaps
/// stays as a part of one point.
[[nodiscard]] std::vector<std::vector<Position>> clipped_line(const std::vector<Position>& line,
                                                              const Box& box);

}  // namespace batchscope
