#pragma once

#include <vector>

#include "measures/measure_kind.hpp"

namespace batchscope {

/// All measures that a study can name, in the order in which they are measured.
[[nodiscard]] const std::vector<MeasureKind>& measures();

}  // namespace batchscope
