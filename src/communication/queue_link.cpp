#include "communication/queue_link.hpp"

#include <mpi.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "core/stop_request.hpp"

namespace batchscope {

namespace {

using Clock = WorkQueue::Clock;
using std::chrono::milliseconds;

constexpr int report_tag = 1;
constexpr int answer_tag = 2;
constexpr QueueLink::Seconds longest_silence{1.0};
// Looks at the mail: often enough that a group waits milliseconds for its next point, seldom enough
// to cost nothing beside training.
constexpr milliseconds look_every{5};
constexpr milliseconds look_every_for_an_answer{1};
// A look this late means that this process itself was suspended: silence was not the others' fault.
constexpr QueueLink::Seconds suspended_after{2.0};

/// Takes the states that have arrived, oldest first, without waiting.
template <class State, class Take>
void receive(MPI_Comm ranks, int from, int tag, Take&& take) {
    for (;;) {
        int arrived = 0;
        MPI_Status status;
        MPI_Iprobe(from, tag, ranks, &arrived, &status);
        if (arrived == 0) {
            return;
        }
        State state;
        MPI_Recv(&state, sizeof(state), MPI_BYTE, status.MPI_SOURCE, tag, ranks, MPI_STATUS_IGNORE);
        take(status.MPI_SOURCE, state);
    }
}

}  // namespace

/// Tells one rank a state whenever it changes, and now and then as a sign of life. Never waits: a
/// message to a rank that is lost stays under way.
template <class State>
class QueueLink::Outbox {
  public:
    Outbox(MPI_Comm ranks, int rank, int tag, Seconds between_signs)
        : ranks_(ranks), rank_(rank), tag_(tag), between_signs_(between_signs) {}
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    void tell(const State& state, Clock::time_point now) {
        if (!idle() || (sent_ && *sent_ == state && now - sent_at_ < between_signs_)) {
            return;
        }
        sent_ = state;
        sent_at_ = now;
        MPI_Isend(&*sent_, sizeof(State), MPI_BYTE, rank_, tag_, ranks_, &under_way_);
    }
    [[nodiscard]] bool idle() {
        int arrived = 0;
        MPI_Test(&under_way_, &arrived, MPI_STATUS_IGNORE);
        return arrived != 0;
    }
    [[nodiscard]] bool has_told(const State& state) { return sent_ == state && idle(); }

  private:
    MPI_Comm ranks_;
    int rank_;
    int tag_;
    Seconds between_signs_;
    std::optional<State> sent_;
    Clock::time_point sent_at_;
    MPI_Request under_way_ = MPI_REQUEST_NULL;
};

QueueLink::QueueLink(const Placement& job, std::int64_t items, Limits limits, Actions actions)
    : job_(job),
      ranks_(MpiHandle::copy_of(MPI_COMM_WORLD)),
      limits_(limits),
      actions_(std::move(actions)),
      heard_(Clock::now()) {
    const Seconds silence = std::min(longest_silence, limits.silence / 5);
    if (job.rank == 0) {
        queue_.emplace(job.size, items, limits.silence, heard_);
        for (int rank = 1; rank < job.size; ++rank) {
            answers_.push_back(
                std::make_unique<Outbox<QueueAnswer>>(ranks_.get(), rank, answer_tag, silence));
        }
    } else {
        reports_ = std::make_unique<Outbox<RankReport>>(ranks_.get(), 0, report_tag, silence);
    }
    thread_ = std::thread([this] { work(); });
}

QueueLink::~QueueLink() {
    {
        const std::lock_guard lock(mutex_);
        abandoned_ = !over();
    }
    changed_.notify_all();
    thread_.join();
    if (abandoned_) {
        ranks_.leave_behind();
    }
}

std::optional<std::int64_t> QueueLink::next() {
    std::unique_lock lock(mutex_);
    ++report_.requests;
    changed_.notify_all();
    changed_.wait(lock, [&] { return answer_.answered == report_.requests; });
    return answer_.item < 0 ? std::nullopt : std::optional(answer_.item);
}

ExitCode QueueLink::finish(ExitCode own, bool gives_up) {
    std::unique_lock lock(mutex_);
    report_.exit_code = static_cast<int>(own);
    report_.gave_up = gives_up;
    report_.ended = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return over(); });
    return static_cast<ExitCode>(answer_.exit_code);
}

void QueueLink::work() {
    // Signals are for the main thread.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    std::unique_lock lock(mutex_);
    Clock::time_point last_look = Clock::now();
    while (!over() && !abandoned_) {
        const bool waits = answer_.answered != report_.requests;
        changed_.wait_for(lock, waits ? look_every_for_an_answer : look_every);
        const Clock::time_point now = Clock::now();
        if (now - last_look > suspended_after) {
            heard_ = now;
            if (queue_) {
                queue_->forgive_silence(now);
            }
        }
        last_look = now;
        report_.stop = stop_signal() != 0;
        report_.left = answer_.all_ended;
        if (queue_) {
            serve_queue(now);
        } else {
            ask_queue(now);
        }
        if (lost_ && now >= end_at_) {
            lock.unlock();
            actions_.end(*lost_);
            lock.lock();
        }
    }
    changed_.notify_all();
}

void QueueLink::serve_queue(Clock::time_point now) {
    receive<RankReport>(
        ranks_.get(), MPI_ANY_SOURCE, report_tag,
        [&](int rank, const RankReport& report) { queue_->hear(rank, report, now); });
    queue_->hear(0, report_, now);
    queue_->look(now);
    for (int rank = 1; rank < job_.size; ++rank) {
        if (!queue_->has_left(rank)) {
            answers_[static_cast<std::size_t>(rank) - 1]->tell(queue_->answer(rank), now);
        }
    }
    take(queue_->answer(0), now);
}

void QueueLink::ask_queue(Clock::time_point now) {
    reports_->tell(report_, now);
    receive<QueueAnswer>(ranks_.get(), 0, answer_tag, [&](int, const QueueAnswer& answer) {
        heard_ = now;
        take(answer, now);
    });
    const Seconds silence = now - heard_;
    if (silence > limits_.silence) {
        report_.owner_lost = true;
        const auto item = answer_.item_of_owner;
        notice_loss({0, silence.count(), item < 0 ? std::nullopt : std::optional(item)}, now);
    }
}

void QueueLink::take(const QueueAnswer& answer, Clock::time_point now) {
    answer_ = answer;
    if (answer_.stop) {
        request_stop();
    }
    if (answer_.lost_rank >= 0) {
        notice_loss({answer_.lost_rank, answer_.lost_for,
                     queue_ ? queue_->in_work(answer_.lost_rank) : std::nullopt},
                    now);
    }
    changed_.notify_all();
}

void QueueLink::notice_loss(const LostRank& lost, Clock::time_point now) {
    if (!lost_) {
        lost_ = lost;
        // This rank itself: it was suspended, and has come back when others have marked its run.
        const bool self = lost.rank == job_.rank;
        end_at_ = now + std::chrono::duration_cast<Clock::duration>(self ? Seconds(0)
                                                                         : limits_.time_to_save);
        request_stop();
        actions_.rank_is_lost();
    }
}

/// Everything is said: rank 0 has heard the last report of all, the others have sent theirs.
bool QueueLink::over() const {
    return queue_ ? queue_->all_left() : report_.left && reports_->has_told(report_);
}

}  // namespace batchscope
