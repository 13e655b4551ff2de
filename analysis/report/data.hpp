#pragma once

#include <string>
#include <vector>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"
#include "results/run_search.hpp"

/// What became of every file and every point of a grid.
namespace batchscope {

/// Every run that is in no mean, every point without a file, every skipped file; `skipped` is empty
/// where the report names them elsewhere.
[[nodiscard]] Section data_section(const StudyAnswers& answers,
                                   const std::vector<SkippedFile>& skipped, const Phrases& phrases);

/// The same in one line: how many. `skipped` is a text on skipped files, or empty.
[[nodiscard]] std::string health_text(const StudyAnswers& answers, const std::string& skipped,
                                      const Phrases& phrases);

/// The skipped files with the reason of each.
[[nodiscard]] List skipped_list(const std::vector<SkippedFile>& skipped, const Phrases& phrases);
/// "2 unreadable, 1 duplicate"
[[nodiscard]] std::string skipped_text(const std::vector<SkippedFile>& skipped,
                                       const Phrases& phrases);

}  // namespace batchscope
