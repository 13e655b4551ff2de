#pragma once

#include <string>
#include <vector>

namespace batchscope {

/// The name of each axis in a heading: the last part of its key path, the whole path where two
/// share that.
[[nodiscard]] std::vector<std::string> short_axis_names(const std::vector<std::string>& keys);

}  // namespace batchscope
