#pragma once

#include <optional>

#include "analysis/answers/study_answers.hpp"
#include "analysis/figures/chart.hpp"
#include "analysis/language/phrases.hpp"

namespace batchscope {

/// The critical batch with its interval against the target that it was measured at: a target is a
/// choice, and a conclusion that hangs on it should be seen to. A panel for the loss and one for
/// the accuracy; one-sided where the grid bounds only one side. Nothing where neither has two
/// targets at which the data say anything.
[[nodiscard]] std::optional<Chart> sensitivity_chart(const RecipeAnswers& answers,
                                                     const Phrases& phrases);

}  // namespace batchscope
