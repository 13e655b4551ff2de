#pragma once

#include <cstdint>

namespace batchscope {

/// How many points of `evaluate: {at: log}` lie within so many training examples: train_examples /
/// 16, rounded up, then each `factor` (above 1) times as many. They do not depend on the batch
/// size, so that curves of all batch sizes have rows close to the same numbers of examples, and
/// close together where curves are steep. A run has a row at the first step that reaches one or
/// several.
[[nodiscard]] std::int64_t log_points_within(std::int64_t examples, std::int64_t train_examples,
                                             double factor);

}  // namespace batchscope
