#pragma once

#include <string>

namespace batchscope {

/// The name of this host, without its domain.
[[nodiscard]] std::string host_name();

}  // namespace batchscope
