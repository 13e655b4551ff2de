#pragma once

#include <filesystem>
#include <string>

#include "results/run_record.hpp"

namespace batchscope {

/// Writes a run's file (design of the format: README, "Result files"). The file is written whole to a
/// dot-prefixed temporary in the same folder, closed, opened for a check, synced and renamed, so that a
/// reader at any time opens a complete older or newer version. The folder is created.
/// Throws Error (run time) with path and errno text; the file that stood there is left as it was.
void write_result(const std::filesystem::path& file, const RunRecord& record);

/// Which parts of a file to read; the analysis needs no weights.
struct ReadParts {
    bool steps = true;
    bool predictions = true;
    bool weights = true;
    bool data = true;
};

/// Reads a result file. Throws Error (data) with path and reason when it is not one, is damaged or has
/// another schema version; retries once with a new open on ESTALE.
[[nodiscard]] RunRecord read_result(const std::filesystem::path& file, const ReadParts& parts = {});

/// What a result file says of its state, read without the arrays.
struct ResultState {
    bool exists = false;
    RunStatus status = RunStatus::running;
    std::string configuration_hash, data_hash, alias_of, reason;
};
/// The state of `file`; exists = false where there is none. Throws as read_result.
[[nodiscard]] ResultState read_result_state(const std::filesystem::path& file);

/// Rewrites the file with status failed and `reason`, keeping every row; does nothing where there is no
/// readable file or the run had ended. For the error path: never throws.
void mark_failed(const std::filesystem::path& file, const std::string& reason) noexcept;

}  // namespace batchscope
