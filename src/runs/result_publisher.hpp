#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "results/run_record.hpp"

namespace batchscope {

/// Decides when a run's file is written: at the start, at each new row of /epochs while writing has
/// cost under 1 % of the run's time, and at the end. A run that goes on from a checkpoint measures
/// some rows again that the file already holds: they stay there until it has come past them.
class ResultPublisher {
  public:
    /// `writes`: whether this rank is the one that writes. `goes_on`: the file, if there is one, is
    /// of an earlier start of this run, not one to be replaced.
    ResultPublisher(std::filesystem::path file, bool writes, bool goes_on);

    /// Throws Error (run time) when the file cannot be written; the older version stays. A row of a
    /// run on its way does not replace the mark of a rank that took this one for lost: a stopped
    /// process wakes when its launcher ends the job.
    void publish(const RunRecord& record, bool last);

  private:
    std::filesystem::path file_;
    bool writes_;
    std::optional<RunRecord> before_;  ///< what the file holds beyond the run's present rows
    bool written_ = false;
    std::optional<FileIdentity> last_written_;
    std::chrono::steady_clock::time_point start_;
    std::chrono::steady_clock::duration cost_{0};
};

}  // namespace batchscope
