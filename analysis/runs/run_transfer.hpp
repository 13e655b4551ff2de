#pragma once

#include <string>
#include <string_view>

#include "analysis/runs/run.hpp"

namespace batchscope {

/// A run as bytes, for a pipe between two processes of the same program.
[[nodiscard]] std::string pack(const AnalyzedRun& run);

/// The run that `bytes`, a result of pack, hold. Throws Error (data) where they are cut short.
[[nodiscard]] AnalyzedRun unpack(std::string_view bytes);

}  // namespace batchscope
