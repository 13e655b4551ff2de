#pragma once

#include <cmath>

#include "analysis/runs/run.hpp"

namespace batchscope {

/// Gives a run a validation loss that falls on a line from 2, through 1 after `steps_to_one` steps,
/// until 1.5 times as many, evaluated `evaluations` times on the way; accuracy is 1 - loss / 4, and
/// a step takes `seconds_per_step`. Test metrics are those of the validation split.
inline void make_falling(AnalyzedRun& run, double steps_to_one, int evaluations = 15,
                         double seconds_per_step = 0.01) {
    History& history = run.history;
    history = {};
    for (int row = 0; row <= evaluations; ++row) {
        const double share = 1.5 * row / evaluations;
        const double steps = share * steps_to_one;
        const double loss = 2 - share;
        history.epoch.push_back(share);
        history.steps.push_back(steps);
        history.examples.push_back(steps * static_cast<double>(run.batch_size));
        history.seconds.push_back(steps * seconds_per_step);
        history.train_loss.push_back(loss - 0.1);
        history.train_accuracy.push_back(1.02 - loss / 4);
        history.validation_loss.push_back(loss);
        history.validation_accuracy.push_back(1 - loss / 4);
        history.test_loss.push_back(loss);
        history.test_accuracy.push_back(1 - loss / 4);
        history.peak_memory_bytes.push_back(1e6);
        history.step_loss_variance.push_back(unknown);
        history.gradient_covariance_trace.push_back(unknown);
        history.gradient_square.push_back(unknown);
    }
}

/// The steps of a batch size with S_min = 1000 and this critical batch size.
inline double steps_on_curve(std::int64_t batch_size, double critical_batch) {
    return 1000 * (1 + critical_batch / static_cast<double>(batch_size));
}

}  // namespace batchscope
