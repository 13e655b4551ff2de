#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "core/error.hpp"

namespace batchscope {

/// Another live process writes the result file; the text names it.
class AnotherWriter : public Error {
  public:
    using Error::Error;
};

/// Whether the last writer of `result_file` was killed: its lock file is there, and nobody holds
/// the lock. Known only where the file system has locks; false elsewhere.
[[nodiscard]] bool writer_was_killed(const std::filesystem::path& result_file) noexcept;

/// Only one process at a time may write a result file NAME.h5: an open-file-description lock on
/// `.NAME.lock` beside it; where the file system has no locks, the same file created exclusively,
/// with a heartbeat, stale after 5 minutes. Both ways look at the other's traces, since the nodes
/// of a cluster may mount one file system with and without locks. The lock is given back and its
/// file removed when the object ends; a killed process gives it back, too (without locks: after
/// those 5 minutes).
class WriterLock {
  public:
    enum class Method {
        automatic,       ///< a lock if the file system has them, else a file
        exclusive_file,  ///< as if the file system had no locks
    };

    /// Creates the folder if need be. Throws AnotherWriter with the owner's name (host, process,
    /// job, start time) when another live process holds the lock, and Error (environment) when the
    /// lock file cannot be written.
    explicit WriterLock(const std::filesystem::path& result_file,
                        Method method = Method::automatic);
    ~WriterLock();
    WriterLock(WriterLock&&) noexcept;
    WriterLock& operator=(WriterLock&&) noexcept;

    /// How long until a refused writer may try again, where the owner is probably dead but no
    /// kernel lock tells so: its file has shown no sign of life for two heartbeats, and counts as
    /// stale after 5 minutes. Absent where the owner lives or there is none.
    [[nodiscard]] static std::optional<std::chrono::seconds> ends_in(
        const std::filesystem::path& result_file);

  private:
    class Held;
    std::unique_ptr<Held> held_;
};

/// `.NAME.lock` beside `NAME.h5`.
[[nodiscard]] std::filesystem::path lock_file_of(const std::filesystem::path& result_file);

}  // namespace batchscope
