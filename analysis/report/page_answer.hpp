#pragma once

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/page_parts.hpp"

namespace batchscope {

/// The answer of a recipe: a sentence for each figure, what did not run, the table of verdicts by
/// batch size with its smallest as reference, and the forest plot.
[[nodiscard]] PageAnswer page_answer(const RecipeAnswers& answers, const StudyAnswers& study,
                                     const Phrases& phrases);

}  // namespace batchscope
