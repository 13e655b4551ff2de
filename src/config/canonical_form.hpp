#pragma once

#include <string>
#include <vector>

#include "config/run_settings.hpp"

namespace batchscope {

/// First line of every canonical form. Raise it when a default changes or a key changes its
/// meaning: old results are then refused as another configuration instead of being taken for this
/// one.
inline constexpr int canonical_form_version = 1;

/// What decides the results of a run, as lines "training.batch_size: 128": keys in the schema's
/// order, only values that differ from their defaults (so that a key added later leaves old hashes
/// alone), and no value that the run makes no use of: equal forms mean equal runs.
///
/// Not part of it: the study's name, output.checkpoint_minutes, keys of another optimizer,
/// schedule, model or data set, learning_rate_scaling and weight_decay_scaling where the batch size
/// is the reference (and the reference where both are off), the scaling and targets of a weight
/// decay of 0, nesterov with momentum 0, batch_norm without model.batch_norm.
[[nodiscard]] std::string canonical_form(const RunSettings& settings);

/// XXH3 128-bit of a canonical form: 32 hex digits.
[[nodiscard]] std::string configuration_hash(const std::string& canonical_form);

/// What makes two runs differ, for the refusal to go on with another configuration: one line for
/// each key of the canonical forms with another value, "training.learning_rate: 0.01 before, 0.02
/// now"; "unused" where one of the two makes no use of the key, "not set" where it has no value.
/// Empty if the forms are equal.
[[nodiscard]] std::vector<std::string> configuration_differences(const RunSettings& before,
                                                                 const RunSettings& now);

}  // namespace batchscope
