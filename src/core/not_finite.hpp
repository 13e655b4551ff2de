#pragma once

#include <limits>

namespace batchscope {

/// What was not measured, or cannot be told.
inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

inline constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace batchscope
