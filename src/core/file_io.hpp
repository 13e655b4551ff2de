#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace batchscope {

/// The whole content of a file. Throws Error (configuration) with path and errno text if it cannot
/// be read.
[[nodiscard]] std::string read_text_file(const std::filesystem::path& path);

/// The bytes of a file. Throws Error (run time) with path and errno text if it cannot be read.
[[nodiscard]] std::vector<std::byte> read_bytes(const std::filesystem::path& path);

/// Creates or empties `path` and writes `bytes` to it. `file` is the name for messages, where
/// `path` is a temporary of it. Throws Error (run time) with errno text.
void write_bytes(const std::filesystem::path& path, std::span<const std::byte> bytes,
                 const std::filesystem::path& file);

/// Writes a file whole, in one step for its readers: under a temporary name, synced, renamed. Its
/// folder is created. Throws Error (run time) with errno text.
void write_text_file(const std::filesystem::path& file, const std::string& text);

/// Tells a file from another that takes its name, while it exists: device and inode. Nothing where
/// there is no file.
using FileIdentity = std::pair<std::uint64_t, std::uint64_t>;
[[nodiscard]] std::optional<FileIdentity> file_identity(const std::filesystem::path& path);

/// Makes a rename or a new file in `folder` survive a power failure (fsync on the folder).
/// Throws Error (run time) with errno text.
void sync_folder(const std::filesystem::path& folder);

/// Flushes a file's data to the disk. Throws Error (run time) with errno text (ENOSPC, EDQUOT,
/// EIO).
void sync_file(const std::filesystem::path& path);

/// Renames `from` over `to` in one step; a reader sees the old file or the new one.
/// Throws Error (run time) with errno text.
void replace_file(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace batchscope
