#pragma once

#include <vector>

#include "results/sharpness_columns.hpp"

namespace batchscope {

/// The columns of /sharpness that reports showed before columns described themselves, as files of
/// that time are read, and CSV files keep their columns of metrics. A record of the past: a new
/// measure describes itself in its result files and needs no line here.
[[nodiscard]] const std::vector<SharpnessColumn>& first_columns();

}  // namespace batchscope
