#include "runs/points_from_queue.hpp"

#include <fmt/format.h>

#include <csignal>
#include <string>
#include <utility>

#include "core/log.hpp"
#include "core/stop_request.hpp"
#include "results/ended_from_outside.hpp"
#include "results/result_file.hpp"
#include "runs/result_lock.hpp"

namespace batchscope {

namespace {

/// Less than the watchdog waits, which cannot let other groups save before it ends the job.
QueueLink::Seconds silence_limit(std::optional<Watchdog::Seconds> stall_timeout) {
    return 0.9 * stall_timeout.value_or(Watchdog::Seconds(45));
}

}  // namespace

PointsFromQueue::PointsFromQueue(std::vector<std::filesystem::path> files, const Placement& job,
                                 const RankGroups& groups, Communicator& group,
                                 std::optional<Watchdog::Seconds> stall_timeout,
                                 CurrentRun& current_run, JobEnd& job_end)
    : files_(std::move(files)),
      job_(job),
      group_(group),
      current_run_(current_run),
      job_end_(job_end),
      link_(job, static_cast<std::int64_t>(files_.size()), {silence_limit(stall_timeout)},
            {[this] { job_end_.save_first(); },
             [this](const LostRank& lost) { end_without(lost); }}) {
    set_speaker(group.rank() == 0, fmt::format("[{}] ", groups.name(groups.group_of(job.rank))));
}

PointsFromQueue::~PointsFromQueue() {
    set_speaker(job_.rank == 0);
}

std::optional<std::size_t> PointsFromQueue::next() {
    std::string position;
    if (group_.rank() == 0) {
        const auto item = link_.next();
        position = item ? fmt::format("{}", *item) : "";
    }
    position = group_.broadcast(position);
    return position.empty() ? std::nullopt : std::optional<std::size_t>(std::stoull(position));
}

ExitCode PointsFromQueue::finish(ExitCode own) {
    if (stop_signal() == SIGTERM) {
        mark_runs_of_killed_ranks();
    }
    return link_.finish(own, /*gives_up=*/false);
}

ExitCode PointsFromQueue::give_up(const AgreedError& error) {
    if (is_speaker()) {
        say_error(error.what());
    }
    return link_.finish(error.code(), /*gives_up=*/true);
}

void PointsFromQueue::end_without(const LostRank& lost) {
    if (lost.rank == job_.rank) {
        JobEnd::end_in_silence();
    }
    JobEnd::end_soon();
    const std::string reason =
        fmt::format("no sign of life from rank {} for {:.0f} s: it {}", lost.rank, lost.silent_for,
                    ended_from_outside::rank_hangs_or_lost);
    if (group_.rank() == 0) {
        current_run_.fail(reason);
    }
    // What the lost rank cannot mark itself.
    const bool first_that_lives = job_.rank == (lost.rank == 0 ? 1 : 0);
    if (first_that_lives && lost.item) {
        mark_failed(files_[static_cast<std::size_t>(*lost.item)], reason);
    }
    job_end_.end(reason);
}

/// mpirun answers the death of a rank with SIGTERM to the others, and a second later kills them: a
/// group of one rank leaves nobody else to mark its run.
void PointsFromQueue::mark_runs_of_killed_ranks() {
    if (group_.rank() != 0) {
        return;
    }
    for (const auto& file : files_) {
        mark_run_of_killed_writer(file, std::string(ended_from_outside::writer_killed));
    }
}

}  // namespace batchscope
