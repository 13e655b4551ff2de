#pragma once

#include "config/run_settings.hpp"
#include "training/training_hooks.hpp"

namespace batchscope {

/// Breaks this rank, `rank` of those that train the run, in the way BATCHSCOPE_FAULT asks for
/// (core/fault_injection.hpp); for tests.
[[nodiscard]] TrainingHooks injected_faults(const RunSettings& settings, int rank);

}  // namespace batchscope
