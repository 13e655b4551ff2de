#pragma once

#include <chrono>
#include <string>

#include "training/training_progress.hpp"

namespace batchscope {

/// Shows how a run goes on: a bar with the time left on a terminal, plain lines in a log.
class ProgressDisplay {
  public:
    /// `title` names the run: "3/50 batch_size-64_seed-1".
    explicit ProgressDisplay(std::string title);

    void update(const TrainingProgress& progress);
    /// Ends the bar's line.
    void finish();

  private:
    std::string title_;
    bool terminal_;
    std::chrono::steady_clock::time_point start_;
    std::chrono::steady_clock::time_point last_;
};

/// Whether standard output ends on a terminal. Under mpirun it always looks so, because the
/// launcher gives its ranks a pseudo-terminal; there the launcher's own output decides.
[[nodiscard]] bool output_is_terminal();

}  // namespace batchscope
