#pragma once

#include <string>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

/// Every batch size at a glance.
namespace batchscope {

/// The table that everyone asks for: of each batch size of each recipe losses, gap, accuracies and
/// speed at the end, each with its interval, how training stood, and lost runs. Metrics that no run
/// has are left out.
[[nodiscard]] Table overview_table(const StudyAnswers& answers, const Phrases& phrases);

/// What to know before anything else: no batch size has been trained to a state at which it could
/// be judged; empty where one has.
[[nodiscard]] std::string training_warning(const StudyAnswers& answers, const Phrases& phrases);

}  // namespace batchscope
