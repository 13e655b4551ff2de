#pragma once

#include <optional>
#include <string>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

/// The critical batch size, as measured at a target and as the noise scale predicts it.
namespace batchscope {

/// "validation loss 0.369 (the hardest that all batch sizes reach)"
[[nodiscard]] std::string target_name(const Target& target, const Phrases& phrases);

/// The fit in words: a number only where the interval is bounded.
[[nodiscard]] std::string critical_batch_text(const ObservedCriticalBatch& critical,
                                              const Phrases& phrases);

/// How the noise scale over the whole run, measured at each batch size, lies to the critical batch
/// of this target; empty where nothing can be compared.
[[nodiscard]] std::string prediction_text(const ObservedCriticalBatch& critical,
                                          const RecipeAnswers& answers, const Phrases& phrases);

/// The measured noise scale over the whole run, by batch size; empty where there is none.
[[nodiscard]] std::string noise_scale_text(const RecipeAnswers& answers, const Phrases& phrases);

/// The critical batch with its interval against the target that it was measured at: a target is a
/// choice, and a conclusion that hangs on it should be seen to. A panel for the loss and one for
/// the accuracy; one-sided where the grid bounds only one side. Nothing where neither has two
/// targets at which the data say anything.
[[nodiscard]] std::optional<Chart> sensitivity_chart(const RecipeAnswers& answers,
                                                     const Phrases& phrases);

}  // namespace batchscope
