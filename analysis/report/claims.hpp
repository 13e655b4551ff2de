#pragma once

#include <optional>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

namespace batchscope {

/// The claims of practice, decided on each recipe: the outcome, the reason and the first number
/// that decided it; then how training went at each batch size.
[[nodiscard]] Section claims_section(const StudyAnswers& answers, const Phrases& phrases);

/// The variance of the mean gradients of random batches against their size, at the start, the
/// middle and the end of the reference runs, and the line S (1/B - 1/N) of sampling theory through
/// each: what the claim "gradient noise falls as 1/B" is decided on. Nothing where no run holds it.
[[nodiscard]] std::optional<Chart> gradient_noise_chart(const Recipe& recipe,
                                                        const Phrases& phrases);

}  // namespace batchscope
