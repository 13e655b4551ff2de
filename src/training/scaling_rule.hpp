#pragma once

#include "config/run_settings.hpp"

namespace batchscope {

/// Peak learning rate: learning_rate (none), learning_rate x B / reference_batch_size (linear,
/// Goyal 2017) or learning_rate x sqrt(B / reference_batch_size) (sqrt, sqrt_adam); exactly
/// learning_rate where B is the reference. Throws Error (configuration) when a rule is on without a
/// reference.
[[nodiscard]] double peak_learning_rate(const TrainingSettings& training);

/// The optimizer's settings at the batch size B: its own under sqrt_adam (adamw.hpp). Weight decay
/// per step under `per_epoch` keeps rate x decay x steps of an epoch equal across B. Throws Error
/// (configuration) where B is too large for the rule.
[[nodiscard]] OptimizerSettings scaled_optimizer(const TrainingSettings& training);

}  // namespace batchscope
