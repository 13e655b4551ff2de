#pragma once

#include <optional>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

namespace batchscope {

/// Measures of sharpness and noise by batch size, whether the gap goes with them, and their means
/// over the seeds of the values that count.
[[nodiscard]] Section sharpness_section(const StudyAnswers& answers, const Phrases& phrases);

/// A measure of sharpness or noise at the final weights against the batch size, a colour for each
/// recipe, with intervals over the seeds. Values that do not count are open marks. Nothing where no
/// run has it.
[[nodiscard]] std::optional<Chart> sharpness_chart(const StudyAnswers& answers,
                                                   const SharpnessMetric& metric,
                                                   const Phrases& phrases);

}  // namespace batchscope
