#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "communication/communicator.hpp"
#include "communication/queue_link.hpp"
#include "communication/rank_groups.hpp"
#include "runs/current_run.hpp"
#include "runs/job_end.hpp"
#include "runs/work_source.hpp"

namespace batchscope {

/// Several groups train different points at the same time; each takes the next one as it comes
/// free. While it lives, each group speaks for itself.
class PointsFromQueue final : public WorkSource {
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
