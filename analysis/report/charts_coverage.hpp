#pragma once

#include <optional>

#include "analysis/figures/chart.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/runs/summary.hpp"

namespace batchscope {

/// What there is of every grid point: a row for each seed and value of the other axes, a column for
/// each batch size. Where that would be too many rows, one for all seeds, with how many count.
/// Nothing without a file.
[[nodiscard]] std::optional<Chart> coverage_chart(const StudySummary& study,
                                                  const Phrases& phrases);

}  // namespace batchscope
