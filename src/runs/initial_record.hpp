#pragma once

#include "config/grid.hpp"
#include "results/run_record.hpp"

namespace batchscope {

/// What is known of a run before it starts: names, settings and coordinates, and the peak of its
/// learning rate.
[[nodiscard]] RunRecord initial_record(const Study& study, const GridPoint& point,
                                       double learning_rate);

}  // namespace batchscope
