#pragma once

#include <string>
#include <vector>

#include "measures/evaluation.hpp"
#include "runs/finished_run.hpp"

namespace batchscope {

/// What is found at one point of a line.
struct LinePoint {
    double alpha = 0;
    SplitMetrics train, validation, test;
};

/// The lines of the table for a terminal.
[[nodiscard]] std::string line_text(const std::vector<LinePoint>& points);

/// The same as CSV, in full precision: lines that begin with '#' say what it is, then a header and
/// one row per point; unknown is empty.
[[nodiscard]] std::string line_csv(const std::vector<LinePoint>& points, const FinishedRun& a,
                                   const FinishedRun& b);

/// The largest difference of the losses, or of the accuracies, from those in the last row of
/// /epochs, over the splits that there are.
struct EndDifference {
    double loss = 0, accuracy = 0;
};
[[nodiscard]] EndDifference difference_from_last_row(const LinePoint& point,
                                                     const RunRecord& record);

}  // namespace batchscope
