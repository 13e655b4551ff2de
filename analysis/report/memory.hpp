#pragma once

#include <string>
#include <vector>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

/// What fits into the memory of a device.
namespace batchscope {

/// Adds the largest batch size that always fits, those that did not fit, and what the next doubling
/// would need.
void add_memory(List& list, const StudyAnswers& answers, const Phrases& phrases);

/// The largest batch within `memory_bytes` on each kind of machine: a sentence each; none for NaN.
[[nodiscard]] std::vector<std::string> memory_sentences(const RecipeAnswers& answers,
                                                        double memory_bytes,
                                                        const Phrases& phrases);

}  // namespace batchscope
