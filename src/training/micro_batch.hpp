#pragma once

#include <cstdint>

#include "config/run_settings.hpp"

namespace batchscope {

/// Examples that a rank holds at once in a training step, at most: micro_batch_size, or what suits
/// the device and batch normalisation.
[[nodiscard]] std::int64_t micro_batch_size(const RunSettings& settings, bool on_cpu);

/// Whether the gradients of local batches depend on each other, because batch normalisation takes
/// its statistics over the whole batch: the noise scale is then not that of independent examples.
[[nodiscard]] bool local_batches_are_coupled(const RunSettings& settings);

}  // namespace batchscope
