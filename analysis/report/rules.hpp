#pragma once

#include <optional>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

namespace batchscope {

/// What the runs say of the learning rate: how the best one grows with the batch size, where linear
/// scaling ends, which rule is best; and what fits into memory.
[[nodiscard]] Section rule_section(const StudyAnswers& answers, const Phrases& phrases);

/// The expected lowest final validation loss of k runs against k, up to 30, a line for each batch
/// size (expected validation performance: Dodge et al. 2019, without replacement as Tang et al.
/// 2020), so that batch sizes with unlike numbers of runs can be compared at equal trials. Runs are
/// all that were tried, at every rate and seed; one that does not count is taken as the worst of
/// its batch size. Nothing where one rate was tried.
[[nodiscard]] std::optional<Chart> trials_chart(const Recipe& recipe, const Phrases& phrases);

}  // namespace batchscope
