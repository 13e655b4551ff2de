#pragma once

#include <string>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"

namespace batchscope {

/// Whether the answer depends on where runs are compared: a line per budget with the verdict of
/// each figure, marked where the comparison is doubtful. Empty where there is nothing to compare.
[[nodiscard]] std::string budget_report(const RecipeAnswers& answers, const Phrases& phrases);

/// "equal steps (200)"
[[nodiscard]] std::string budget_name(const Budget& budget, const Phrases& phrases);
/// "! a point inside a decaying schedule"; empty where nothing is doubtful.
[[nodiscard]] std::string budget_doubts(const Budget& budget, const Phrases& phrases);
/// "worse", "better", "mixed", ...
[[nodiscard]] std::string answer_name(Answer answer, const Phrases& phrases);

}  // namespace batchscope
