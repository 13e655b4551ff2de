#include "training/training_clock.hpp"

#include <numeric>
#include <utility>

namespace batchscope {

double TrainingClock::fetch() {
    return training_ - std::exchange(fetched_, training_);
}

void TrainingClock::add_to_row(EpochColumns& rows) {
    rows.training_seconds.push_back(fetched_ - std::exchange(training_at_row_, fetched_));
    rows.communication_seconds.push_back(communication_since_row());
    communication_at_row_ = communication_();
}

double TrainingClock::communication_since_row() const {
    return communication_() - communication_at_row_;
}

void TrainingClock::resume(const StepColumns& steps, const EpochColumns& rows,
                           double communication_since_row) {
    training_ = std::accumulate(steps.seconds.begin(), steps.seconds.end(), 0.0);
    fetched_ = agreed_ = training_;
    training_at_row_ =
        std::accumulate(rows.training_seconds.begin(), rows.training_seconds.end(), 0.0);
    communication_at_row_ = communication_() - communication_since_row;
}

}  // namespace batchscope
