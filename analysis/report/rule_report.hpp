#pragma once

#include <string>
#include <vector>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"

namespace batchscope {

/// What the runs say of the learning rate: how the best one grows with the batch size, and where
/// linear scaling ends; a sentence each, none where there is nothing to say.
[[nodiscard]] std::vector<std::string> rate_sentences(const RecipeAnswers& answers,
                                                      const Phrases& phrases);

/// Which rule has the lowest validation loss at each batch size; a sentence per batch size at which
/// rules were compared.
[[nodiscard]] std::vector<std::string> rule_sentences(const StudyAnswers& answers,
                                                      const Phrases& phrases);

/// Largest batch size that completed, those that did not fit, and what the next doubling would
/// need.
[[nodiscard]] std::vector<std::string> memory_sentences(const StudyAnswers& answers,
                                                        const Phrases& phrases);

/// All of them for a study, as plain text of 80 columns.
[[nodiscard]] std::string rule_report(const StudyAnswers& answers, const Phrases& phrases);

}  // namespace batchscope
