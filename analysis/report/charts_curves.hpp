#pragma once

#include <optional>

#include "analysis/answers/study_answers.hpp"
#include "analysis/figures/chart.hpp"
#include "analysis/language/phrases.hpp"

namespace batchscope {

/// Train and validation loss of every run at its evaluations, a panel for each batch size, not
/// smoothed. Runs that do not count are drawn grey, unless the learning rate was tuned: then only
/// the chosen runs are shown. Nothing where no run has a row.
[[nodiscard]] std::optional<Chart> curves_chart(const RecipeAnswers& answers,
                                                const StudySummary& study, const Phrases& phrases);

}  // namespace batchscope
