#pragma once

#include <chrono>
#include <filesystem>

#include "results/run_record.hpp"

namespace batchscope {

/// Decides when a run's file is written: at the start, at each new row of /epochs while writing has
/// cost under 1 % of the run's time, and at the end.
class ResultPublisher {
  public:
    /// `writes`: whether this rank is the one that writes.
    ResultPublisher(std::filesystem::path file, bool writes);

    /// Throws Error (run time) when the file cannot be written; the older version stays.
    void publish(const RunRecord& record, bool last);

  private:
    std::filesystem::path file_;
    bool writes_;
    bool written_ = false;
    std::chrono::steady_clock::time_point start_;
    std::chrono::steady_clock::duration cost_{0};
};

}  // namespace batchscope
