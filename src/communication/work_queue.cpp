#include "communication/work_queue.hpp"

#include <algorithm>

namespace batchscope {

WorkQueue::WorkQueue(int ranks, std::int64_t items, Seconds patience, Clock::time_point now)
    : workers_(static_cast<std::size_t>(ranks)), items_(items), patience_(patience) {
    forgive_silence(now);
}

void WorkQueue::hear(int rank, const RankReport& report, Clock::time_point now) {
    Worker& worker = workers_[static_cast<std::size_t>(rank)];
    ended_ += report.ended && !worker.report.ended ? 1 : 0;
    worker.report = report;
    worker.heard = now;
    if (report.gave_up && !gave_up_with_) {
        gave_up_with_ = static_cast<ExitCode>(report.exit_code);
    }
    stop_ = stop_ || report.stop || report.gave_up;
    if (report.owner_lost && !lost_rank_) {
        lost_rank_ = 0;
    }
    serve(worker);
}

void WorkQueue::serve(Worker& worker) {
    if (worker.report.ended) {
        worker.item = -1;
    }
    if (worker.answered == worker.report.requests) {
        return;
    }
    worker.answered = worker.report.requests;
    worker.item = !stop_ && given_ < items_ ? given_++ : -1;
}

void WorkQueue::look(Clock::time_point now) {
    for (std::size_t rank = 0; rank < workers_.size(); ++rank) {
        const Worker& worker = workers_[rank];
        const Seconds silence = now - worker.heard;
        if (silence > patience_ && !worker.report.left && !lost_rank_) {
            lost_rank_ = static_cast<int>(rank);
            lost_for_ = silence;
            stop_ = true;
        }
    }
}

void WorkQueue::forgive_silence(Clock::time_point now) {
    for (Worker& worker : workers_) {
        worker.heard = now;
    }
}

QueueAnswer WorkQueue::answer(int rank) const {
    const Worker& worker = workers_[static_cast<std::size_t>(rank)];
    QueueAnswer answer;
    answer.answered = worker.answered;
    answer.item = worker.item;
    answer.item_of_owner = workers_.front().item;
    answer.lost_rank = lost_rank_.value_or(-1);
    answer.lost_for = lost_for_.count();
    answer.stop = stop_;
    answer.all_ended = all_ended();
    answer.exit_code = answer.all_ended ? static_cast<int>(exit_code()) : 0;
    return answer;
}

std::optional<std::int64_t> WorkQueue::in_work(int rank) const {
    const std::int64_t item = workers_[static_cast<std::size_t>(rank)].item;
    return item < 0 ? std::nullopt : std::optional(item);
}

bool WorkQueue::has_left(int rank) const {
    return workers_[static_cast<std::size_t>(rank)].report.left;
}

bool WorkQueue::all_left() const {
    return std::all_of(workers_.begin(), workers_.end(),
                       [](const Worker& worker) { return worker.report.left; });
}

/// What one group of all ranks would end with: an error that ends the job first; then stopped, also
/// where only items were left behind; then a failure after which the others went on.
ExitCode WorkQueue::exit_code() const {
    if (gave_up_with_) {
        return *gave_up_with_;
    }
    const auto any = [&](ExitCode code) {
        return std::any_of(workers_.begin(), workers_.end(), [&](const Worker& worker) {
            return worker.report.exit_code == static_cast<int>(code);
        });
    };
    if (any(ExitCode::stopped) || (stop_ && given_ < items_)) {
        return ExitCode::stopped;
    }
    return any(ExitCode::run_time) ? ExitCode::run_time : ExitCode::success;
}

}  // namespace batchscope
