#pragma once

#include <string>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"

namespace batchscope {

/// What every other batch size would change against the one in use: the answer and a table.
[[nodiscard]] std::string what_if_report(const WhatIf& what_if, const Margins& margins,
                                         const Phrases& phrases);
[[nodiscard]] std::string what_if_sentence(const WhatIf& what_if, const Phrases& phrases);
/// "0.53 (0.51-0.55)": times as much, with the ends of the interval; "-" where it is not known.
[[nodiscard]] std::string ratio_text(const PairedComparison& log_ratio);

}  // namespace batchscope
