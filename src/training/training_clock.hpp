#pragma once

#include <functional>
#include <utility>

#include "core/stopwatch.hpp"
#include "results/run_record.hpp"

namespace batchscope {

/// Wall time of a run on this rank: what training took, and what communication took since the last
/// row of /epochs. A budget of seconds is decided by rank 0's clock, which all ranks learn with the
/// steps they fetch.
class TrainingClock {
  public:
    /// `communication`: seconds that communication has taken so far, as Communicator::seconds.
    explicit TrainingClock(std::function<double()> communication)
        : communication_(std::move(communication)), communication_at_row_(communication_()) {}

    /// Counts the time of `work` as training.
    template <class Work>
    void train(const Work& work) {
        const Stopwatch watch;
        work();
        training_ += watch.seconds();
    }
    /// Does `work`, whose communication is not to count.
    template <class Work>
    void leave_out(const Work& work) {
        const double communication_before = communication_();
        work();
        communication_at_row_ += communication_() - communication_before;
    }

    /// Training seconds of this rank so far, steps included whose metrics are not fetched yet.
    [[nodiscard]] double training() const { return training_; }
    /// Those at the last fetch.
    [[nodiscard]] double fetched() const { return fetched_; }
    /// Those of rank 0 at the last fetch: what all ranks decide by.
    [[nodiscard]] double agreed() const { return agreed_; }

    /// Training seconds since the last fetch; this is one.
    double fetch();
    void agree(double training_of_rank_0) { agreed_ = training_of_rank_0; }

    /// Fills training_seconds and communication_seconds of a new row: those since the row before.
    void add_to_row(EpochColumns& rows);

    /// Seconds of communication since the last row: what a checkpoint must hold.
    [[nodiscard]] double communication_since_row() const;
    /// Goes on where a run with these rows and steps was saved.
    void resume(const StepColumns& steps, const EpochColumns& rows, double communication_since_row);

  private:
    std::function<double()> communication_;
    double training_ = 0;
    double fetched_ = 0;
    double agreed_ = 0;
    // At the last row of /epochs.
    double training_at_row_ = 0;
    double communication_at_row_ = 0;
};

}  // namespace batchscope
