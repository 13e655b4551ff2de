#pragma once

#include <string>
#include <vector>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"

namespace batchscope {

/// What to train with: one sentence, then what makes it doubtful and what would change it, a line
/// each.
[[nodiscard]] std::string recommendation_report(const StudyAnswers& answers,
                                                const Phrases& phrases);

/// The same, a text for each line.
[[nodiscard]] std::vector<std::string> recommendation_lines(const StudyAnswers& answers,
                                                            const Phrases& phrases);
/// The first sentence of it.
[[nodiscard]] std::string recommendation_sentence(const StudyAnswers& answers,
                                                  const Phrases& phrases);
/// "batch 256 with learning_rate_scaling linear"
[[nodiscard]] std::string candidate_name(const StudyAnswers& answers, const Candidate& candidate,
                                         const Phrases& phrases);
[[nodiscard]] std::string caution_text(Caution caution, const Phrases& phrases);

}  // namespace batchscope
