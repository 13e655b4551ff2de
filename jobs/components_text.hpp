#pragma once

#include <string>

#include "config/schema.hpp"

namespace batchscope {

/// What a study can name, for --help: each family of components by its key, a line for each with
/// what it is.
[[nodiscard]] std::string components_text(const Schema& schema);

}  // namespace batchscope
