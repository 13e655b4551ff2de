#pragma once

#include <optional>

#include "analysis/answers/study_answers.hpp"
#include "analysis/figures/chart.hpp"
#include "analysis/language/phrases.hpp"

namespace batchscope {

/// A measure of sharpness or noise at the final weights against the batch size, a colour for each
/// recipe, with intervals over the seeds. Values that do not count are open marks. Nothing where no
/// run has it.
[[nodiscard]] std::optional<Chart> sharpness_chart(const StudyAnswers& answers,
                                                   Headline::Index measure, const Phrases& phrases);

/// "Top eigenvalue of the Hessian"
[[nodiscard]] std::string sharpness_name(Headline::Index measure, const Phrases& phrases);

}  // namespace batchscope
