#pragma once

#include <string>
#include <vector>

#include "analysis/report/document.hpp"
#include "analysis/runs/summary.hpp"

namespace batchscope {

/// The table as RFC 4180: its header, then a line for each row.
[[nodiscard]] std::string render_csv(const Table& table);

/// "runs": one row per file. Columns, the same for any number of runs: study, file, batch_size,
/// seed, each other axis by key path (sorted), status, standing ("counted" or why not), collapsed,
/// alias_of, reason, learning_rate, learning_rate_scaling, out_of_sample (split of the gaps),
/// epoch, steps, examples, the ten metrics, training_seconds, configuration_hash, data_hash, then
/// each headline of sharpness with its error and whether it enters means (1 or 0),
/// keskar_epsilon, shares_coupled. The metrics of an alias are its target's. Numbers in shortest
/// round-trip form, unknown empty.
[[nodiscard]] Table runs_table(const std::vector<StudySummary>& studies);

/// "summary": one row per row of the tables and metric: study, batch_size, each other axis, metric,
/// n, mean, half_width, standard_deviation, confidence, aliases (how many of the n runs stand in
/// another row, too), not_counted (runs whose value of this metric is in no mean, not converged,
/// say).
[[nodiscard]] Table summary_table(const std::vector<StudySummary>& studies, double confidence);

}  // namespace batchscope
