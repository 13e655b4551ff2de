#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "config/grid.hpp"
#include "results/checkpoint_file.hpp"

namespace batchscope {

/// The newest whole checkpoint beside `result_file`, the same on every rank as rank 0 finds it;
/// absent without one. Says which damaged checkpoints it passed over. Collective. Throws
/// AgreedError.
[[nodiscard]] std::optional<Checkpoint> newest_checkpoint(const std::filesystem::path& result_file,
                                                          Communicator& communicator);

/// The same for the run whose result file is `result_file`. Throws AgreedError: (configuration)
/// with old and new values where the checkpoint is of a run with other settings, (data) where it
/// was made with other data.
[[nodiscard]] std::optional<Checkpoint> find_resumable(const std::filesystem::path& result_file,
                                                       const GridPoint& point,
                                                       const std::string& data_hash,
                                                       Communicator& communicator);

/// What is not as it was when a checkpoint was made and may round sums differently: "ranks: 2
/// before, 3 now". Empty where a resumed run equals the uninterrupted one bit for bit.
[[nodiscard]] std::vector<std::string> environment_differences(const EnvironmentRecord& before,
                                                               const EnvironmentRecord& now);

/// Says these to the user, if there are any.
void warn_of_other_conditions(const EnvironmentRecord& before, const EnvironmentRecord& now);

/// The list of a run's starts for its result file: one line each, with time, step and hosts.
[[nodiscard]] std::string with_start(const std::string& starts_before, std::int64_t step,
                                     const EnvironmentRecord& environment);

}  // namespace batchscope
