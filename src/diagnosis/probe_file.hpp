#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace batchscope {

/// What one process does to one file to learn about its file system.

/// Waits until `is_so`; the seconds it took, or nothing when it did not come true in time.
[[nodiscard]] std::optional<double> wait_until(const std::function<bool()>& is_so,
                                               std::chrono::seconds patience);

/// First line of a file by a new open, as network file systems need it; empty if it is not there.
[[nodiscard]] std::string first_line_of(const std::filesystem::path& file);

/// Replaces a file as result files are: written beside it, synced, renamed, the folder synced.
/// Throws Error (environment or run time) with errno text.
void replace_text(const std::filesystem::path& file, const std::string& text);

/// Writes blocks of zeros until `bytes` are written or `patience` is over, and waits until they are
/// on the disk. The file has no name by then, so that nothing remains. Returns the bytes written.
/// Throws Error (environment) with errno text.
[[nodiscard]] std::int64_t write_to_disk(const std::filesystem::path& file, std::int64_t bytes,
                                         std::chrono::seconds patience);

/// Free space as a user without special rights has it.
struct FreeSpace {
    std::int64_t bytes = 0;
    std::optional<std::int64_t> files;  ///< absent: the file system has no such limit
};
/// Nothing where the system does not tell.
[[nodiscard]] std::optional<FreeSpace> free_space(const std::filesystem::path& folder);

}  // namespace batchscope
