#pragma once

#include <string>

#include "config/schema.hpp"
#include "core/error.hpp"

namespace batchscope {

/// The error for a key that the configuration does not know: its full path and where it should have
/// been or how it should have been spelled. `where` is "file:line" or "--set key=value".
[[nodiscard]] Error unknown_key_error(const Schema& schema, const std::string& where,
                                      const std::string& path);

}  // namespace batchscope
