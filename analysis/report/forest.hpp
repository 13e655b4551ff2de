#pragma once

#include <optional>

#include "analysis/answers/study_answers.hpp"
#include "analysis/charts/chart.hpp"
#include "analysis/language/phrases.hpp"

namespace batchscope {

/// The paired differences of every larger batch size from the smallest at the end of training, a
/// panel for each metric, with simultaneous intervals and the band of the margin. To the right is
/// better (of a loss, to the left). Nothing where there is no difference to show.
[[nodiscard]] std::optional<Chart> forest_chart(const RecipeAnswers& answers,
                                                const Margins& margins, const Phrases& phrases);

}  // namespace batchscope
