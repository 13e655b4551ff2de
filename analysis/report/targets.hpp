#pragma once

#include <cstddef>
#include <optional>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/report/document.hpp"

namespace batchscope {

/// Steps, examples and seconds to each target by batch size, and the critical batch size that they
/// show, beside the measured noise scale.
[[nodiscard]] Section target_section(const StudyAnswers& answers, const Phrases& phrases);

/// Steps and examples to one target against the batch size: a dot for each run that came there, the
/// fitted curve where its critical batch is bounded, with the interval of that, and the line of
/// perfect scaling from the smallest batch size. Nothing where no run came there. `index`: of the
/// target.
[[nodiscard]] std::optional<Chart> target_chart(const RecipeAnswers& answers, std::size_t index,
                                                const Phrases& phrases);

}  // namespace batchscope
