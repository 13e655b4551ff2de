#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/run_settings.hpp"
#include "data/device_data.hpp"
#include "models/network.hpp"
#include "training/batch_schedule.hpp"
#include "training/learning_rate.hpp"

namespace batchscope {

/// What a run will do on its ranks, computed once before it starts: what is checked, printed and
/// recorded of it, and what it is trained from.
struct RunPlan {
    BatchSchedule schedule;
    LearningRateSchedule learning_rate;
    OptimizerSettings optimizer;  ///< as the scaling rule makes them at this batch size
    Network::Builder network;
    std::int64_t micro_batch_size = 1;        ///< examples that a rank holds at once, at most
    std::vector<std::int64_t> local_batches;  ///< by rank: examples of a whole global batch
    std::vector<std::string> warnings;        ///< what the user should know before it starts
    /// Rows of `evaluate: {at: log}`, at most, and their share of the time, by examples: one costs
    /// a third of a training example, which is passed forwards and, twice as long, backwards. 0
    /// where there are none or the budget is in seconds.
    std::int64_t log_evaluations = 0;
    double share_of_log_evaluations = 0;
};

/// The plan on so many ranks: everything about a run that can be known before it starts, so that no
/// grid fails after hours for a value that was wrong at the start. Throws Error (configuration).
[[nodiscard]] RunPlan plan_run(const RunSettings& settings, const DeviceData& data, int ranks);

}  // namespace batchscope
