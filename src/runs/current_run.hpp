#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>

namespace batchscope {

/// The result file of the run in progress, so that whoever notices a failure (an exception, the
/// watchdog's thread) can mark it failed.
class CurrentRun {
  public:
    /// `writes`: whether this process is the one that writes the file.
    void begin(const std::filesystem::path& file, bool writes);
    /// Calls `write_file`; no other thread marks the file meanwhile. After the `last` time it says
    /// how the run ended, and the run is no longer in progress.
    void write(bool last, const std::function<void()>& write_file);
    void end();
    /// Marks the file of the run in progress failed, with all rows written so far; never throws.
    void fail(const std::string& reason) noexcept;
    /// The same, but where another process writes the file only if that process was killed: one
    /// that lives says itself how the run ends, and a mark would replace what it writes now.
    void fail_without_writer(const std::string& reason) noexcept;

  private:
    std::mutex mutex_;
    std::filesystem::path file_;
    bool writes_ = false;
};

}  // namespace batchscope
