#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "communication/communicator.hpp"
#include "communication/queue_link.hpp"
#include "communication/rank_groups.hpp"
#include "core/error.hpp"
#include "current_run.hpp"
#include "job_end.hpp"

namespace batchscope {

/// Where the ranks of a group get their next point from, and how they come to an end that all
/// groups share. All members are collective over the group.
class PointSource {
  public:
    virtual ~PointSource() = default;

    /// The position of the next point among those to be trained; absent when none is left or a stop
    /// was requested.
    [[nodiscard]] virtual std::optional<std::size_t> next() = 0;

    /// After the last point: waits for the other groups. `own`: success, stopped, or run_time where
    /// a point failed and the others went on. Returns the exit code of the job.
    [[nodiscard]] virtual ExitCode finish(ExitCode own) = 0;

    /// The same after an error that ends the job.
    [[nodiscard]] virtual ExitCode give_up(const AgreedError& error) = 0;
};

/// One group of all ranks trains one point after the other.
class PointsInOrder final : public PointSource {
  public:
    PointsInOrder(std::size_t count, Communicator& communicator)
        : count_(count), communicator_(communicator) {}

    [[nodiscard]] std::optional<std::size_t> next() override;
    [[nodiscard]] ExitCode finish(ExitCode own) override;
    /// Throws `error`: all ranks know of it.
    [[nodiscard]] ExitCode give_up(const AgreedError& error) override;

  private:
    std::size_t count_;
    Communicator& communicator_;
    std::size_t next_ = 0;
    bool stopped_ = false;
};

/// Several groups train different points at the same time; each takes the next one as it comes
/// free. While it lives, each group speaks for itself.
class PointsFromQueue final : public PointSource {
  public:
    /// `files`: the result files of the points. `stall_timeout`: how long a rank may be silent;
    /// absent: 45 s. Collective over the job.
    PointsFromQueue(std::vector<std::filesystem::path> files, const Placement& job,
                    const RankGroups& groups, Communicator& group,
                    std::optional<Watchdog::Seconds> stall_timeout, CurrentRun& current_run,
                    JobEnd& job_end);
    ~PointsFromQueue() override;

    [[nodiscard]] std::optional<std::size_t> next() override;
    [[nodiscard]] ExitCode finish(ExitCode own) override;
    [[nodiscard]] ExitCode give_up(const AgreedError& error) override;

  private:
    [[noreturn]] void end_without(const LostRank& lost);
    void mark_runs_of_killed_ranks();

    std::vector<std::filesystem::path> files_;
    const Placement& job_;
    Communicator& group_;
    CurrentRun& current_run_;
    JobEnd& job_end_;
    QueueLink link_;
};

}  // namespace batchscope
