#pragma once

#include <filesystem>
#include <mutex>
#include <string>

namespace batchscope {

/// The result file of the run in progress, so that whoever notices a failure (an exception, the
/// watchdog's thread) can mark it failed.
class CurrentRun {
  public:
    void begin(const std::filesystem::path& file);
    void end();
    /// Marks the file of the run in progress failed, with all rows written so far; never throws.
    void fail(const std::string& reason) noexcept;

  private:
    std::mutex mutex_;
    std::filesystem::path file_;
};

}  // namespace batchscope
