#pragma once

#include <string>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"

namespace batchscope {

/// The generalization gap by batch size: at the end, at one train loss that all runs reach, and the
/// difference of that from the smallest batch, paired by seed. Empty without a run.
[[nodiscard]] std::string gap_report(const RecipeAnswers& answers, const std::string& out_of_sample,
                                     const Margins& margins, const Phrases& phrases);

/// Why there is no matched gap, or at which train loss it is taken.
[[nodiscard]] std::string matched_gap_text(const MatchedGap& gap, const Phrases& phrases);

/// "+0.0035 ± 0.0051" of a difference in loss; "-" where there is none.
[[nodiscard]] std::string difference_text(const PairedComparison& comparison);

}  // namespace batchscope
