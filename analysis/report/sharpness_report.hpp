#pragma once

#include <string>

#include "analysis/language/phrases.hpp"
#include "analysis/runs/summary.hpp"

namespace batchscope {

/// The tables of curvature and noise of a study, 80 columns wide, with the explanation of their
/// marks: means over the seeds of the values that count. Empty where no run has any.
[[nodiscard]] std::string sharpness_report(const StudySummary& study,
                                           const Phrases& phrases = Phrases(Language::english));

/// "12.3±0.4" of the values that count; a mark for each other: "~15.2" where none counts (the range
/// for several), " ~1" behind a mean that leaves one out; "-" without any value.
[[nodiscard]] std::string format_sharpness(const SharpnessEstimate& estimate, std::int64_t runs);

}  // namespace batchscope
