#pragma once

#include <string>

#include "config/run_settings.hpp"
#include "results/run_record.hpp"

namespace batchscope {

/// The rule of training.stop that the last row of /epochs fulfils, for the run's reason: "stop
/// rule: train loss below 0.1"; empty where it fulfils none. `rows` has one at least.
[[nodiscard]] std::string stop_rule_reached(const StopSettings& stop, const EpochColumns& rows);

/// Whether a run has collapsed: its last train loss is above 0.9 of that of the best constant
/// prediction, or above three times its lowest. `rows` has one at least.
[[nodiscard]] bool has_collapsed(const EpochColumns& rows, double constant_prediction_loss);

}  // namespace batchscope
