#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "communication/communicator.hpp"
#include "results/writer_lock.hpp"

namespace batchscope {

/// On rank 0 the lock of a result file, once it is free; nothing on the others. A killed job may
/// have left one behind where the file system has no locks; a job that is started again waits until
/// it is stale instead of failing. Collective. Throws AgreedStop, and AgreedError (environment)
/// when another live process writes the file.
[[nodiscard]] std::optional<WriterLock> take_result_lock(const std::filesystem::path& file,
                                                         Communicator& communicator);

/// Marks the run of `file` failed if it was in progress and the process that wrote it was killed;
/// never throws.
void mark_run_of_killed_writer(const std::filesystem::path& file,
                               const std::string& reason) noexcept;

}  // namespace batchscope
