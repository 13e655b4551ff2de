#pragma once

#include <atomic>
#include <string>

#include "communication/placement.hpp"
#include "core/watchdog.hpp"
#include "runs/current_run.hpp"

namespace batchscope {

/// How the threads that watch over a rank end the job, when the main thread may be waiting for a
/// rank that never comes. The launcher ends the other ranks when one is gone.
class JobEnd {
  public:
    /// Both outlive it.
    JobEnd(const Placement& job, CurrentRun& current_run) : job_(job), current_run_(current_run) {}

    /// What the watchdog does about a collective that hangs.
    [[nodiscard]] Watchdog::Actions for_hanging_collectives();

    /// A rank is lost, and end() follows once the others have saved their work: until then the
    /// watchdog lets a collective hang that waits for that rank.
    void save_first() { saving_ = true; }

    /// Marks the run in work failed, says why and ends this process. All ranks may call it at the
    /// same time: lower ones speak first, and the others are silent once the launcher has begun to
    /// end them.
    [[noreturn]] void end(const std::string& reason);

    /// Ends this process; the other ranks know why, and have said so.
    [[noreturn]] static void end_in_silence();

    /// Ends this process after some seconds, whatever its other threads do by then: a file system
    /// that hangs must not keep it.
    static void end_soon();

  private:
    const Placement& job_;
    CurrentRun& current_run_;
    std::atomic<bool> saving_ = false;
};

}  // namespace batchscope
