#pragma once

#include <string>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"

namespace batchscope {

/// What the runs of a recipe say about each claim: a line with the outcome and the reason, with the
/// first number that decided it; then how training went at each batch size.
[[nodiscard]] std::string claim_report(const RecipeAnswers& answers,
                                       const std::vector<Claim>& claims, const Phrases& phrases);

/// The claim in the reader's language.
[[nodiscard]] const std::string& claim_text(const Claim& claim, const Phrases& phrases);
[[nodiscard]] std::string outcome_text(ClaimOutcome outcome, const Phrases& phrases);
[[nodiscard]] const char* glyph(ClaimOutcome outcome);
/// "-1.05 points [-1.4, -0.7]", "0.98 [0.9, 1.1]"
[[nodiscard]] std::string claim_number_text(const ClaimNumber& number, const Phrases& phrases);
/// "still learning"
[[nodiscard]] std::string state_text(TrainingState state, const Phrases& phrases);
/// "2.303 → 0.206 (-91 %)"; "-" where it is not known, and so is the next.
[[nodiscard]] std::string start_to_end_text(const TrainingQuadrant& quadrant);
[[nodiscard]] std::string seconds_per_batch_text(const TrainingQuadrant& quadrant);
/// "falling"
[[nodiscard]] std::string trend_text(const LossTrend& trend, const Phrases& phrases);

}  // namespace batchscope
