#pragma once

#include <cstddef>
#include <iterator>
#include <vector>

#include "results/run_record.hpp"

namespace batchscope {

/// What a run was at each of its evaluations: one entry per row of /epochs, all vectors of one
/// length. Unknown is NaN.
struct History {
    // Four clocks, none of which runs backwards. The first row stands for the time before training.
    std::vector<double> epoch;
    std::vector<double> steps;
    std::vector<double> examples;
    std::vector<double> seconds;  ///< of training alone, without evaluation

    std::vector<double> train_loss, train_accuracy;
    std::vector<double> validation_loss, validation_accuracy;
    std::vector<double> test_loss, test_accuracy;
    std::vector<double> peak_memory_bytes;
    /// Variance of the losses of single steps since the row before, without their trend
    /// (statistics/loss_detrending.hpp). NaN for fewer than three steps of whole batches in one
    /// epoch.
    std::vector<double> step_loss_variance;
    /// The noise-scale parts S and |G|^2 of the single steps since the row before, summed over
    /// those that have both (noise_scale.hpp); NaN where none has.
    std::vector<double> gradient_covariance_trace, gradient_square;
};

using HistoryColumn = std::vector<double> History::*;

/// Calls `action` with every column of a history.
template <class AnyHistory, class Action>
void each_column(AnyHistory& history, const Action& action) {
    action(history.epoch);
    action(history.steps);
    action(history.examples);
    action(history.seconds);
    action(history.train_loss);
    action(history.train_accuracy);
    action(history.validation_loss);
    action(history.validation_accuracy);
    action(history.test_loss);
    action(history.test_accuracy);
    action(history.peak_memory_bytes);
    action(history.step_loss_variance);
    action(history.gradient_covariance_trace);
    action(history.gradient_square);
}

/// The history of a record; empty where it has no rows.
[[nodiscard]] History make_history(const RunRecord& record);

/// A clock of History by its name in tables.
struct Clock {
    const char* name;  ///< "epochs"
    HistoryColumn values;
};
inline constexpr Clock clocks[] = {{"epochs", &History::epoch},
                                   {"steps", &History::steps},
                                   {"examples", &History::examples},
                                   {"seconds", &History::seconds}};

struct ClockIndex {
    enum Value : std::size_t { epochs, steps, examples, seconds, count };
};
static_assert(std::size(clocks) == ClockIndex::count);

/// The metric at `time` of a clock: that of the row at it, or on the line between the nearest rows
/// before and after that have it (a row may hold validation metrics alone); NaN where there are
/// none.
[[nodiscard]] double metric_at(const std::vector<double>& clock, const std::vector<double>& metric,
                               double time);

/// The error of metric_at, from the rows around (statistics/interpolation.hpp): 0 at a row, NaN
/// where there is no metric.
[[nodiscard]] double reading_error_at(const std::vector<double>& clock,
                                      const std::vector<double>& metric, double time);

}  // namespace batchscope
