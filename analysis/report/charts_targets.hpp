#pragma once

#include <optional>

#include "analysis/answers/study_answers.hpp"
#include "analysis/figures/chart.hpp"
#include "analysis/report/phrases.hpp"

namespace batchscope {

/// Steps to a target against the batch size: a dot for each run that reached it, perfect scaling
/// from the smallest batch size, and the fitted curve with its critical batch where the data bound
/// it. Nothing where fewer than two batch sizes reached the target.
[[nodiscard]] std::optional<Chart> steps_chart(const ObservedCriticalBatch& critical,
                                               const Margins& margins, const Phrases& phrases);

}  // namespace batchscope
