#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/error.hpp"

namespace batchscope {

/// What a rank tells of itself, as often as it likes: a state, not an event, so that saying it
/// twice changes nothing.
struct RankReport {
    std::int64_t requests = 0;  ///< how many items it has asked for so far
    int exit_code = 0;          ///< once it has ended
    bool stop = false;          ///< it was asked to stop
    bool ended = false;         ///< it takes no more items
    bool gave_up = false;       ///< it ended with an error that ends the job
    bool left = false;          ///< it knows that all have ended; this is its last report
    bool owner_lost = false;    ///< it has heard nothing of the queue for too long
    friend bool operator==(const RankReport&, const RankReport&) = default;
};

/// What the queue tells a rank; a state, too.
struct QueueAnswer {
    std::int64_t answered = 0;        ///< how many requests of this rank have been answered
    std::int64_t item = -1;           ///< the answer to the last one; -1: none is left
    std::int64_t item_of_owner = -1;  ///< what the queue's own rank works on: told in good time,
                                      ///< for when it is the one that is lost
    int lost_rank = -1;               ///< this rank has been silent for too long; -1: none
    double lost_for = 0;              ///< seconds of its silence
    int exit_code = 0;                ///< of the job, once all have ended
    bool stop = false;                ///< stop at the next moment that can be saved
    bool all_ended = false;
    friend bool operator==(const QueueAnswer&, const QueueAnswer&) = default;
};

/// Hands out the numbers 0 .. items-1, in order, each once, and keeps account of the ranks that
/// work on them. Plain logic without threads, messages or a clock of its own; rank 0 owns it.
class WorkQueue {
  public:
    using Clock = std::chrono::steady_clock;
    using Seconds = std::chrono::duration<double>;

    /// A rank that is silent for longer than `patience` counts as lost.
    WorkQueue(int ranks, std::int64_t items, Seconds patience, Clock::time_point now);

    /// Takes note of a rank's report. Once a stop was asked for anywhere, no more items are given.
    void hear(int rank, const RankReport& report, Clock::time_point now);
    /// Notices a rank that is silent; to be called often.
    void look(Clock::time_point now);
    /// Gives every rank its time anew: the owner itself was suspended and heard nobody.
    void forgive_silence(Clock::time_point now);

    [[nodiscard]] QueueAnswer answer(int rank) const;
    /// The item that was given to `rank` and is not finished.
    [[nodiscard]] std::optional<std::int64_t> in_work(int rank) const;
    /// Whether a rank has sent its last report; whether all have.
    [[nodiscard]] bool has_left(int rank) const;
    [[nodiscard]] bool all_left() const;

  private:
    struct Worker {
        RankReport report;
        std::int64_t answered = 0;
        std::int64_t item = -1;
        Clock::time_point heard;
    };
    void serve(Worker& worker);
    [[nodiscard]] bool all_ended() const { return ended_ == workers_.size(); }
    [[nodiscard]] ExitCode exit_code() const;

    std::vector<Worker> workers_;
    std::int64_t items_;
    std::int64_t given_ = 0;
    std::size_t ended_ = 0;  ///< ranks
    Seconds patience_;
    bool stop_ = false;
    std::optional<int> lost_rank_;
    Seconds lost_for_{0};
    std::optional<ExitCode> gave_up_with_;
};

}  // namespace batchscope
