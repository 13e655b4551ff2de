#pragma once

#include <optional>
#include <string>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

namespace batchscope {

/// The generalization gap by batch size: at the end, at one train loss that all runs reach, and the
/// difference of that from the smallest batch, paired by seed.
[[nodiscard]] Section gap_section(const StudyAnswers& answers, const Phrases& phrases);

/// The gap in loss against the batch size: at the end of training, and where all runs have one
/// train loss. Nothing where no run has a gap.
[[nodiscard]] std::optional<Chart> gap_chart(const RecipeAnswers& answers,
                                             const std::string& out_of_sample,
                                             const Margins& margins, const Phrases& phrases);

}  // namespace batchscope
