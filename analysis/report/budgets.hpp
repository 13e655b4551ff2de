#pragma once

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

namespace batchscope {

/// Does the answer depend on where runs are compared? A row for each budget with the answer by each
/// metric, marked where the comparison is doubtful.
[[nodiscard]] Section budget_section(const StudyAnswers& answers, const Phrases& phrases);

}  // namespace batchscope
