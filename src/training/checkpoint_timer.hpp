#pragma once

#include "core/stopwatch.hpp"

namespace batchscope {

/// Whether output.checkpoint_minutes have gone by since the last checkpoint; 0 minutes: never.
class CheckpointTimer {
  public:
    explicit CheckpointTimer(double minutes) : minutes_(minutes) {}

    [[nodiscard]] bool due() const { return minutes_ > 0 && since_.seconds() >= 60 * minutes_; }
    /// A checkpoint is being made.
    void restart() { since_.restart(); }

  private:
    double minutes_;
    Stopwatch since_;
};

}  // namespace batchscope
