#include "training/learning_rate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "training/scaling_rule.hpp"

namespace batchscope {

LearningRateSchedule::LearningRateSchedule(const TrainingSettings& training,
                                           std::int64_t train_examples,
                                           std::optional<std::int64_t> total_examples)
    : training_(training),
      peak_(peak_learning_rate(training)),
      train_examples_(static_cast<double>(train_examples)),
      warmup_examples_(training.warmup_epochs * static_cast<double>(train_examples)),
      total_examples_(total_examples) {}

double LearningRateSchedule::at(std::int64_t examples_before, std::int64_t batch,
                                double seconds_fraction) const {
    const double midpoint = static_cast<double>(examples_before) + 0.5 * static_cast<double>(batch);
    if (midpoint < warmup_examples_) {
        const double start = std::min(training_.learning_rate, peak_);
        return start + (peak_ - start) * midpoint / warmup_examples_;
    }
    switch (training_.schedule) {
        case ScheduleKind::constant:
            return peak_;
        case ScheduleKind::cosine: {
            double done = seconds_fraction;
            if (total_examples_) {
                const double decay = static_cast<double>(*total_examples_) - warmup_examples_;
                done = decay > 0 ? (midpoint - warmup_examples_) / decay : 1.0;
            }
            const double wave =
                0.5 * (1.0 + std::cos(std::numbers::pi * std::clamp(done, 0.0, 1.0)));
            return peak_ * (training_.final_fraction + (1.0 - training_.final_fraction) * wave);
        }
        case ScheduleKind::step: {
            const double epoch = midpoint / train_examples_;
            const auto passed =
                std::count_if(training_.step_epochs.begin(), training_.step_epochs.end(),
                              [&](double milestone) { return epoch >= milestone; });
            return peak_ * std::pow(training_.step_factor, static_cast<double>(passed));
        }
    }
    return peak_;
}

std::int64_t LearningRateSchedule::warmup_steps() const {
    return static_cast<std::int64_t>(
        std::ceil(warmup_examples_ / static_cast<double>(training_.batch_size)));
}

}  // namespace batchscope
