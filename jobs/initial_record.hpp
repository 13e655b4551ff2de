#pragma once

#include "config/grid.hpp"
#include "results/run_record.hpp"

namespace batchscope {

/// What is known of a run before its data are read: names, settings and coordinates.
[[nodiscard]] RunRecord initial_record(const Study& study, const GridPoint& point);

}  // namespace batchscope
