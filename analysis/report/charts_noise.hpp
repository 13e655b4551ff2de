#pragma once

#include <optional>

#include "analysis/answers/study_answers.hpp"
#include "analysis/figures/chart.hpp"
#include "analysis/language/phrases.hpp"

namespace batchscope {

/// The variance of the mean gradients of random batches against their size, at the start, the
/// middle and the end of the reference runs, and the line S (1/B - 1/N) of sampling theory through
/// each: what the claim "gradient noise falls as 1/B" is decided on. Nothing where no run holds it.
[[nodiscard]] std::optional<Chart> gradient_noise_chart(const Recipe& recipe,
                                                        const Phrases& phrases);

}  // namespace batchscope
