#pragma once

#include <string>
#include <vector>

#include "analysis/answers/study_answers.hpp"
#include "results/run_search.hpp"

namespace batchscope {

/// The version of summary.json; it grows by fields without a new version, a changed meaning gives a
/// new one.
inline constexpr int summary_json_version = 2;

/// summary.json: every answer with its numbers, for programs. Differences are arm - reference in
/// the unit of the metric (accuracies are fractions); verdicts and reasons are words of a fixed
/// list; unknown is null. The structs that hold them (analysis/answers/study_answers.hpp)
/// describe their fields.
[[nodiscard]] std::string summary_json(const std::vector<StudyAnswers>& studies,
                                       const std::vector<SkippedFile>& skipped);

}  // namespace batchscope
