#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

/// What the runs came to at the end of training, by batch size.
namespace batchscope {

/// Train and validation accuracy against the batch size, with slopes and Page's trend test.
[[nodiscard]] Section trend_section(const StudyAnswers& answers, const Phrases& phrases);

/// Train and validation accuracy (losses where there is none) at the end of training against the
/// batch size, by seed and as means. Nothing without a run that counts.
[[nodiscard]] std::optional<Chart> accuracy_chart(const RecipeAnswers& answers,
                                                  const Margins& margins, const Phrases& phrases);

/// The mean of every metric for each batch size and value of the other axes.
[[nodiscard]] Section means_section(const StudyAnswers& answers, const Phrases& phrases);

/// A table with a row for each group of a study, which has the cells that name it: batch size,
/// other axes, number of runs, with a star where some stand in another row, too.
[[nodiscard]] Table group_table(const StudySummary& study, const std::string& caption,
                                const Phrases& phrases);

}  // namespace batchscope
