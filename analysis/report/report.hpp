#pragma once

#include <vector>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"
#include "results/run_search.hpp"

namespace batchscope {

/// The report on all studies: for each the answers, verdicts and differences, the health of its
/// data, then the evidence in sections.
[[nodiscard]] Document report_document(const std::vector<StudyAnswers>& studies,
                                       const std::vector<SkippedFile>& skipped,
                                       const Phrases& phrases);

}  // namespace batchscope
