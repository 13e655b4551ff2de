#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "communication/mpi_handle.hpp"
#include "communication/placement.hpp"
#include "communication/work_queue.hpp"
#include "core/error.hpp"

namespace batchscope {

/// A rank whose thread gives no sign of life: its process is stopped, or its host is gone.
struct LostRank {
    int rank = 0;
    double silent_for = 0;             ///< seconds
    std::optional<std::int64_t> item;  ///< what it had in work
};

/// A rank's link to the work queue of rank 0, over which ranks also learn of each other's stop
/// requests and of a rank that is lost. A thread sends this rank's report whenever it changes and
/// once a second, and receives the queue's answers; on rank 0 it keeps the queue. Nobody spins: a
/// rank that waits here, even for hours, leaves its core to the others. MPI is initialised for many
/// threads.
class QueueLink {
  public:
    using Seconds = WorkQueue::Seconds;
    /// Called in the link's thread.
    struct Actions {
        /// A rank is lost. This one was asked to stop and has a few seconds to save its work.
        std::function<void()> rank_is_lost;
        /// Those seconds are over, or it is this rank that was lost, and has come back: must end
        /// the process.
        std::function<void(const LostRank&)> end;
    };

    struct Limits {
        Seconds silence;            ///< after which a rank counts as lost
        Seconds time_to_save{6.0};  ///< for the others: a stop takes a step and a write
    };

    /// Collective over all ranks.
    QueueLink(const Placement& job, std::int64_t items, Limits limits, Actions actions);
    /// After an exception it leaves the other ranks alone; the caller must end the job.
    ~QueueLink();
    QueueLink(const QueueLink&) = delete;
    QueueLink& operator=(const QueueLink&) = delete;

    /// The next item; absent when none is left or a stop was requested on any rank. The item before
    /// counts as finished.
    [[nodiscard]] std::optional<std::int64_t> next();

    /// Waits until every rank has called this; returns the exit code of the job: that of the rank
    /// that gave up, else stopped, else run_time where a rank says so. `gives_up`: the job must
    /// end, and the others are asked to stop.
    [[nodiscard]] ExitCode finish(ExitCode own, bool gives_up);

  private:
    template <class State>
    class Outbox;

    void work();
    void serve_queue(WorkQueue::Clock::time_point now);
    void ask_queue(WorkQueue::Clock::time_point now);
    void take(const QueueAnswer& answer, WorkQueue::Clock::time_point now);
    void notice_loss(const LostRank& lost, WorkQueue::Clock::time_point now);
    [[nodiscard]] bool over() const;

    Placement job_;
    MpiHandle ranks_;
    Limits limits_;
    Actions actions_;

    std::mutex mutex_;
    std::condition_variable changed_;  ///< the report or the answer
    RankReport report_;
    QueueAnswer answer_;
    bool abandoned_ = false;

    std::optional<WorkQueue> queue_;                             ///< on rank 0
    std::vector<std::unique_ptr<Outbox<QueueAnswer>>> answers_;  ///< to ranks 1, 2, ...
    std::unique_ptr<Outbox<RankReport>> reports_;                ///< to rank 0
    WorkQueue::Clock::time_point heard_;                         ///< the last answer of rank 0
    std::optional<LostRank> lost_;
    WorkQueue::Clock::time_point end_at_;  ///< where a rank is lost
    std::thread thread_;
};

}  // namespace batchscope
