#pragma once

#include <string>
#include <vector>

#include "config/run_settings.hpp"
#include "data/dataset.hpp"

namespace batchscope {

/// Examples that a rank holds at once in a training step when its share is `share`:
/// micro_batch_size, or what suits the device and batch normalisation.
[[nodiscard]] std::int64_t micro_batch_of(const RunSettings& settings, std::int64_t share,
                                          bool on_cpu);

/// Everything about a run that can be known before it starts, so that no grid fails after hours for
/// a value that was wrong at the start. Throws Error (configuration); returns warnings.
[[nodiscard]] std::vector<std::string> check_run(const RunSettings& settings,
                                                 const Dataset& dataset,
                                                 std::int64_t train_examples, int ranks,
                                                 bool on_cpu);

}  // namespace batchscope
