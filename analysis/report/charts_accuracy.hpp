#pragma once

#include <optional>

#include "analysis/answers/study_answers.hpp"
#include "analysis/figures/chart.hpp"
#include "analysis/language/phrases.hpp"

namespace batchscope {

/// Train and validation accuracy (losses where there is none) at the end of training against the
/// batch size, by seed and as means. Nothing without a run that counts.
[[nodiscard]] std::optional<Chart> accuracy_chart(const RecipeAnswers& answers,
                                                  const Margins& margins, const Phrases& phrases);

}  // namespace batchscope
