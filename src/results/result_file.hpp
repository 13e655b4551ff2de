#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "core/file_io.hpp"
#include "results/run_record.hpp"

namespace batchscope {

/// Writes a run's file (its format: src/results/README.md). The file is written whole to
/// the temporary `.NAME.h5.tmp` in the same folder, closed, opened for a check, synced and renamed,
/// so that a reader at any time opens a complete older or newer version. The folder is created. The
/// caller holds the WriterLock of `file`: with one writer a fixed temporary name is safe, and a
/// killed writer's remains are overwritten. Throws Error (run time) with path and errno text; the
/// file that stood there is left as it was. Returns what file this is.
std::optional<FileIdentity> write_result(const std::filesystem::path& file,
                                         const RunRecord& record);

/// The same over the file that was `last_written`, but where another rank has marked it failed
/// since (mark_failed): that stays, and `last_written` is returned.
std::optional<FileIdentity> write_result_unless_marked(
    const std::filesystem::path& file, const RunRecord& record,
    const std::optional<FileIdentity>& last_written);

/// Which parts of a file to read beside the root attributes and /epochs; the analysis needs no
/// weights.
struct ReadParts {
    bool steps = true;
    bool predictions = true;
    bool weights = true;
    bool data = true;
    bool environment = true;
    bool configuration = true;
    bool sharpness = true;
    /// Columns of these parts that are not read and stay empty, "steps/seconds", and
    /// "environment/text": each data set takes time.
    std::set<std::string> without = {};
    /// Where "environment/text" is left out: the texts that are read nevertheless, where they are.
    std::set<std::string> environment_texts = {};
};

/// Reads a result file, without locks. Throws Error (data), nothing else, with path and reason when
/// there is none, it is not one of ours, is damaged or has another schema version; retries once
/// with a new open on ESTALE.
[[nodiscard]] RunRecord read_result(const std::filesystem::path& file, const ReadParts& parts = {});

/// What a result file says of its state, read without the arrays.
struct ResultState {
    bool exists = false;
    RunStatus status = RunStatus::running;
    std::string configuration_hash, data_hash, alias_of, reason;
};
/// The state of `file`; exists = false where there is none. Throws as read_result.
[[nodiscard]] ResultState read_result_state(const std::filesystem::path& file);

/// Rewrites the file with status failed and `reason`, keeping every row; does nothing where there
/// is no readable file or the run had ended (complete, diverged or failed). For the error path:
/// never throws. Only ranks of the job that holds the file's WriterLock may call it: a refused
/// second writer would mark the run of the first.
void mark_failed(const std::filesystem::path& file, const std::string& reason) noexcept;

}  // namespace batchscope
