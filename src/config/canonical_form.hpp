#pragma once

#include <string>
#include <vector>

#include "config/run_settings.hpp"
#include "config/schema.hpp"

namespace batchscope {

/// First line of every canonical form. Raise it when a default changes or a key changes its
/// meaning: old results are then refused as another configuration instead of being taken for this
/// one.
///
/// 2: sharpness is measured. Runs of version 1 have the same defaults of sharpness in their
/// configuration, but no rows of it: taken for finished they would be gaps in the grid.
inline constexpr int canonical_form_version = 2;

/// What decides the results of a run, as lines "training.batch_size: 128": keys in the schema's
/// order, only values that differ from their defaults (so that a key added later leaves old hashes
/// alone), and no value that the run makes no use of: equal forms mean equal runs.
///
/// Not part of it: the study's name, output.checkpoint_minutes, keys of another optimizer,
/// schedule, model or data set, learning_rate_scaling and weight_decay_scaling where the batch size
/// is the reference (and the reference where both are off), the scaling and targets of a weight
/// decay of 0, nesterov with momentum 0, batch_norm without model.batch_norm, keys of a measure of
/// sharpness that is not chosen; a run without sharpness is one whether no measure or no time is
/// given for it.
[[nodiscard]] std::string canonical_form(const Schema& schema, const RunSettings& settings);

/// Whether two runs differ in the folder of their data at most: what it holds decides, and the hash
/// of the data tells.
[[nodiscard]] bool are_equal_but_for_directory(const Schema& schema, RunSettings before,
                                               RunSettings now);

/// XXH3 128-bit of a canonical form: 32 hex digits.
[[nodiscard]] std::string configuration_hash(const std::string& canonical_form);

/// What makes two runs differ, for the refusal to go on with another configuration: one line for
/// each key of the canonical forms with another value, "training.learning_rate: 0.01 before, 0.02
/// now"; "unused" where one of the two makes no use of the key, "not set" where it has no value.
/// Empty if the forms are equal but, perhaps, for their version.
[[nodiscard]] std::vector<std::string> configuration_differences(const Schema& schema,
                                                                 const RunSettings& before,
                                                                 const RunSettings& now);

/// The same for a message: the lines, indented, or what it means that there are none although the
/// hashes of the two runs differ.
[[nodiscard]] std::string configuration_differences_text(const Schema& schema,
                                                         const RunSettings& before,
                                                         const RunSettings& now);

}  // namespace batchscope
