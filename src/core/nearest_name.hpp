#pragma once

#include <span>
#include <string>
#include <string_view>

namespace batchscope {

/// The candidate with the smallest Levenshtein distance to `name`, for "did you mean": empty when
/// even the best differs in more than half of its letters.
[[nodiscard]] std::string nearest_name(std::string_view name,
                                       std::span<const std::string> candidates);

}  // namespace batchscope
