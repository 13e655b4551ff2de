#pragma once

#include <optional>

#include "analysis/answers/study_answers.hpp"
#include "analysis/figures/chart.hpp"
#include "analysis/language/phrases.hpp"

namespace batchscope {

/// Examples a second and seconds a step against the batch size, a line for each recipe. Nothing
/// where no run has times.
[[nodiscard]] std::optional<Chart> speed_chart(const StudyAnswers& answers, const Phrases& phrases);

/// "2 ranks, CPU" of all runs that count; several machines apart by "; ".
[[nodiscard]] std::string machines_text(const StudyAnswers& answers, const Phrases& phrases);

}  // namespace batchscope
