#include "training/batch_schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/error.hpp"
#include "data/batch_order.hpp"

namespace batchscope {

BatchSchedule::BatchSchedule(const TrainingSettings& training, std::int64_t train_examples)
    : batch_size_(training.batch_size), train_examples_(train_examples) {
    check_batch_size(batch_size_, train_examples_);
    const BudgetSettings& budget = training.budget;
    if (budget.examples) {
        total_examples_ = *budget.examples;
    } else if (budget.steps) {
        const std::int64_t steps_per_epoch = (train_examples_ + batch_size_ - 1) / batch_size_;
        total_examples_ = *budget.steps / steps_per_epoch * train_examples_ +
                          *budget.steps % steps_per_epoch * batch_size_;
    } else if (!budget.seconds) {
        total_examples_ =
            std::llround(budget.epochs.value_or(10.0) * static_cast<double>(train_examples_));
    }
    if (total_examples_ && *total_examples_ < 1) {
        throw configuration_error(
            fmt::format(
                "training.budget.epochs is {}: of {} training examples that is not even one",
                budget.epochs.value_or(10.0), train_examples_),
            "choose a larger budget");
    }
}

std::int64_t BatchSchedule::next_batch(const Progress& progress) const {
    const std::int64_t left_of_run =
        total_examples_.value_or(std::numeric_limits<std::int64_t>::max()) - progress.examples;
    return std::max<std::int64_t>(
        0, std::min({batch_size_, train_examples_ - progress.position, left_of_run}));
}

Progress BatchSchedule::after(Progress progress, std::int64_t batch) const {
    ++progress.step;
    progress.examples += batch;
    progress.position += batch;
    if (progress.position == train_examples_) {
        ++progress.epoch;
        progress.position = 0;
    }
    return progress;
}

Progress BatchSchedule::progress(std::int64_t step, std::int64_t examples) const {
    return {step, examples, examples / train_examples_, examples % train_examples_};
}

std::vector<std::int64_t> BatchSchedule::batch_sizes() const {
    // A budget of seconds may end anywhere, but only between whole batches.
    const std::int64_t total = total_examples_.value_or(train_examples_);
    std::set<std::int64_t> sizes;
    if (total >= train_examples_) {
        sizes.insert(last_batch_of_epoch());
    }
    const std::int64_t last_epoch = total % train_examples_;
    if (total >= train_examples_ ? train_examples_ > batch_size_ : last_epoch >= batch_size_) {
        sizes.insert(batch_size_);
    }
    if (last_epoch % batch_size_ != 0) {
        sizes.insert(last_epoch % batch_size_);
    }
    return {sizes.begin(), sizes.end()};
}

std::int64_t BatchSchedule::last_batch_of_epoch() const {
    const std::int64_t rest = train_examples_ % batch_size_;
    return rest == 0 ? batch_size_ : rest;
}

double BatchSchedule::epochs(const Progress& progress) const {
    return static_cast<double>(progress.examples) / static_cast<double>(train_examples_);
}

}  // namespace batchscope
