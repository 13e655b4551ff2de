#pragma once

#include <optional>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

namespace batchscope {

/// What there is of every grid point.
[[nodiscard]] Section coverage_section(const StudyAnswers& answers, const Phrases& phrases);

/// The same as a map: a row for each seed and value of the other axes, a column for
/// each batch size. Where that would be too many rows, one for all seeds, with how many count.
/// Nothing without a file.
[[nodiscard]] std::optional<Chart> coverage_chart(const StudySummary& study,
                                                  const Phrases& phrases);

}  // namespace batchscope
