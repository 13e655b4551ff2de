#pragma once

#include <optional>

#include "analysis/answers/study_answers.hpp"
#include "analysis/figures/chart.hpp"
#include "analysis/report/phrases.hpp"

namespace batchscope {

/// Each recorded measure of sharpness and noise at the final weights against the batch size, a
/// panel each and a colour for each recipe, with intervals over the seeds. Values that do not count
/// are open marks. Nothing where no run has any.
[[nodiscard]] std::optional<Chart> sharpness_chart(const StudyAnswers& answers,
                                                   const Phrases& phrases);

/// "top Hessian eigenvalue"
[[nodiscard]] std::string sharpness_name(Headline::Index measure, const Phrases& phrases);

}  // namespace batchscope
