#pragma once

#include <string>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

/// What to train with.
namespace batchscope {

/// The recommendation with what makes it doubtful and what would change it, and all that it chose
/// from.
[[nodiscard]] Section recommendation_section(const StudyAnswers& answers, const Phrases& phrases);
/// Its first sentence.
[[nodiscard]] std::string recommendation_sentence(const StudyAnswers& answers,
                                                  const Phrases& phrases);

/// What every other batch size would change against the one in use.
[[nodiscard]] Section what_if_section(const StudyAnswers& answers, const Phrases& phrases);
/// The answer of one recipe.
[[nodiscard]] std::string what_if_sentence(const WhatIf& what_if, const Phrases& phrases);

}  // namespace batchscope
