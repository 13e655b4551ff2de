#pragma once

#include <string>
#include <vector>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"

namespace batchscope {

/// Steps, examples and seconds to each target by batch size, and the critical batch size that they
/// show, beside the measured noise scale. Empty without a target.
[[nodiscard]] std::string target_report(const RecipeAnswers& answers, const Phrases& phrases);

/// "validation loss 0.369 (the hardest that all batch sizes reach)"
[[nodiscard]] std::string target_name(const Target& target, const Phrases& phrases);
/// How the noise scale over the whole run, measured at each batch size, lies to the critical batch
/// of this target; empty where nothing can be compared.
[[nodiscard]] std::string prediction_text(const ObservedCriticalBatch& critical,
                                          const RecipeAnswers& answers, const Phrases& phrases);
/// Cells of one batch size: its size, "4/5" that reached the target, median steps, examples and
/// seconds, and how many times fewer steps than the reference; "-" where one is not known.
[[nodiscard]] std::vector<std::string> times_cells(const TimeToTarget& times,
                                                   const TimesToTarget& arm);
/// The headings of these cells.
[[nodiscard]] std::vector<std::string> times_header(const Phrases& phrases);
/// The fit in words: a number only where the interval is bounded.
[[nodiscard]] std::string critical_batch_text(const ObservedCriticalBatch& critical,
                                              const Phrases& phrases);
[[nodiscard]] std::string doubt_text(FitDoubt doubt, const Phrases& phrases);
/// The measured noise scale over the whole run, by batch size; empty where there is none.
[[nodiscard]] std::string noise_scale_text(const RecipeAnswers& answers, const Phrases& phrases);

}  // namespace batchscope
