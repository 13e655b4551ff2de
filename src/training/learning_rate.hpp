#pragma once

#include <cstdint>
#include <optional>

#include "config/run_settings.hpp"

namespace batchscope {

/// Learning rate as a function of examples seen, so that every batch size follows the same curve: a
/// step's rate is the curve at the step's midpoint.
class LearningRateSchedule {
  public:
    /// `total_examples`: of the whole run; absent for a budget of seconds, whose decay follows the
    /// clock.
    LearningRateSchedule(const TrainingSettings& training, std::int64_t train_examples,
                         std::optional<std::int64_t> total_examples);

    /// Rate of a step of `batch` examples after `examples_before`. `seconds_fraction`: elapsed /
    /// budget of seconds.
    [[nodiscard]] double at(std::int64_t examples_before, std::int64_t batch,
                            double seconds_fraction = 0.0) const;
    [[nodiscard]] double peak() const { return peak_; }
    /// Steps that the warm-up takes at this batch size.
    [[nodiscard]] std::int64_t warmup_steps() const;

  private:
    TrainingSettings training_;
    double peak_;
    double train_examples_;
    double warmup_examples_;
    std::optional<std::int64_t> total_examples_;
};

}  // namespace batchscope
