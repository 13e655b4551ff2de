#pragma once

#include <optional>
#include <string>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

/// Is a larger batch better?
namespace batchscope {

/// The answer of a recipe: a sentence for each metric, what did not run, the table of paired
/// differences with verdicts by batch size and the smallest as reference, and the forest plot.
[[nodiscard]] RecipeVerdicts recipe_verdicts(const RecipeAnswers& answers,
                                             const StudyAnswers& study, const Phrases& phrases);

/// Which learning rate each batch size has, and how it was chosen; empty where none was chosen.
[[nodiscard]] std::string chosen_rates_text(const Recipe& recipe, const Phrases& phrases);

}  // namespace batchscope
