#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "config/run_settings.hpp"

namespace batchscope {

/// How far a run has come.
struct Progress {
    std::int64_t step = 0;      ///< updates done
    std::int64_t examples = 0;  ///< training examples seen
    std::int64_t epoch = 0;     ///< whole epochs begun before this one
    std::int64_t position = 0;  ///< examples of the present epoch seen
};

/// How many examples each step takes: the global batch, less at the end of an epoch, where the last
/// batch keeps its true size, and at the end of a budget of examples, so that a budget means the
/// same for every batch size.
class BatchSchedule {
  public:
    /// Throws Error (configuration) when the batch is larger than the training split, or the budget
    /// smaller than one example.
    BatchSchedule(const TrainingSettings& training, std::int64_t train_examples);

    /// Examples of the next step; 0 when the budget is used up. A budget of seconds is not known
    /// here.
    [[nodiscard]] std::int64_t next_batch(const Progress& progress) const;
    /// `progress` after a step of `batch` examples.
    [[nodiscard]] Progress after(Progress progress, std::int64_t batch) const;
    /// Where a run stands that has done `step` steps and seen `examples` examples.
    [[nodiscard]] Progress progress(std::int64_t step, std::int64_t examples) const;
    /// All examples of the run; absent for a budget of seconds.
    [[nodiscard]] std::optional<std::int64_t> total_examples() const { return total_examples_; }
    /// Every size of a batch that the run will have, each once.
    [[nodiscard]] std::vector<std::int64_t> batch_sizes() const;
    /// Size of the last batch of an epoch.
    [[nodiscard]] std::int64_t last_batch_of_epoch() const;
    [[nodiscard]] std::int64_t train_examples() const { return train_examples_; }
    /// Epochs as a fraction: examples seen / training examples.
    [[nodiscard]] double epochs(const Progress& progress) const;

  private:
    std::int64_t batch_size_;
    std::int64_t train_examples_;
    std::optional<std::int64_t> total_examples_;
};

}  // namespace batchscope
