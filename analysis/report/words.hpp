#pragma once

#include "analysis/questions/gap.hpp"
#include "analysis/questions/larger_batch.hpp"

namespace batchscope {

/// The words of summary.json, which never change with the language: "too_few_seeds".
[[nodiscard]] const char* word_of(Verdict verdict);
[[nodiscard]] const char* word_of(Reason reason);
[[nodiscard]] const char* word_of(Answer answer);
[[nodiscard]] const char* word_of(CommonLevelStatus status);

}  // namespace batchscope
