#pragma once

#include <filesystem>
#include <memory>

namespace batchscope {

/// Only one process at a time may write a result file: an open-file-description lock on `.NAME.lock`
/// beside it; where the file system has no locks, an exclusively created file with owner and heartbeat,
/// stale after 5 minutes. The lock is given back when the object ends, also by a killed process.
class WriterLock {
  public:
    /// Throws Error (environment) with the owner's name (host, process, job, start time) when another live
    /// process holds the lock.
    explicit WriterLock(const std::filesystem::path& result_file);
    ~WriterLock();
    WriterLock(WriterLock&&) noexcept;
    WriterLock& operator=(WriterLock&&) noexcept;

  private:
    struct Held;
    std::unique_ptr<Held> held_;
};

}  // namespace batchscope
