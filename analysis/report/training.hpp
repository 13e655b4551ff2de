#pragma once

#include <optional>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

/// How training went: its curves and its speed.
namespace batchscope {

[[nodiscard]] Section curves_section(const StudyAnswers& answers, const Phrases& phrases);

/// Train and validation loss of every run at its evaluations, a panel for each batch size, not
/// smoothed. Runs that do not count are drawn grey, unless the learning rate was tuned: then only
/// the chosen runs are shown. Nothing where no run has a row.
[[nodiscard]] std::optional<Chart> curves_chart(const RecipeAnswers& answers,
                                                const StudySummary& study, const Phrases& phrases);

[[nodiscard]] Section speed_section(const StudyAnswers& answers, const Phrases& phrases);

/// Examples a second and seconds a step against the batch size, a line for each recipe. Nothing
/// where no run has times.
[[nodiscard]] std::optional<Chart> speed_chart(const StudyAnswers& answers, const Phrases& phrases);

}  // namespace batchscope
