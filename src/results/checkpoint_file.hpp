#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "results/run_record.hpp"

namespace batchscope {

/// What a run does next.
enum class RunPhase {
    training,    ///< the next step
    evaluation,  ///< the row of /epochs that is due after the last step
    sharpness,   ///< curvature and noise at the weights after the last step
    closing,     ///< all rows are there: the last metrics, predictions and weights
};
[[nodiscard]] std::string to_string(RunPhase phase);

/// All that a run needs to go on bit for bit: random streams need no state, since they are counters
/// of seed, epoch, step and example.
struct Checkpoint {
    RunPhase phase = RunPhase::training;
    double communication_seconds = 0;  ///< since the last row of /epochs
    RunRecord record;  ///< configuration, environment and all rows so far; `weights` holds weights,
                       ///< buffers and the state of the optimizer
    [[nodiscard]] std::int64_t step() const;
};

/// The bytes of a checkpoint: a text header of 512 bytes with step, phase, size and checksum, then
/// a file of the results' format (so that HDF5's tools open it as it is). Throws as
/// result_file_image.
[[nodiscard]] std::vector<std::byte> checkpoint_image(const Checkpoint& checkpoint);

/// Throws Error (data), saying what is wrong, for anything that checkpoint_image did not write
/// whole.
[[nodiscard]] Checkpoint parse_checkpoint(const std::vector<std::byte>& bytes);

/// Writes the checkpoint of a run beside its result file, as `.NAME.checkpoint`: first under a
/// temporary name, read back, compared with its checksum and synced; the one before stays as
/// `.NAME.checkpoint.previous`. The caller holds the WriterLock of `result_file`. Throws Error (run
/// time) with path and errno text; what stood there before is left as it was.
void write_checkpoint(const std::filesystem::path& result_file, const Checkpoint& checkpoint);

/// The bytes of the newest whole checkpoint (nothing without one), and what to tell the user of
/// damaged ones that were passed over.
struct FoundCheckpoint {
    std::vector<std::byte> bytes;
    std::filesystem::path file;
    std::vector<std::string> warnings;
};
[[nodiscard]] FoundCheckpoint find_checkpoint(const std::filesystem::path& result_file);

/// The step of the newest checkpoint, from its header alone; absent without one.
[[nodiscard]] std::optional<std::int64_t> saved_step(const std::filesystem::path& result_file);

/// Removes all checkpoints of a run that needs none any more. Never throws: a file that stays costs
/// space and is removed with the next start.
void remove_checkpoints(const std::filesystem::path& result_file) noexcept;

/// `.NAME.checkpoint` beside `NAME.h5`.
[[nodiscard]] std::filesystem::path checkpoint_file_of(const std::filesystem::path& result_file);

}  // namespace batchscope
