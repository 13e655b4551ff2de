#pragma once

#include <string>

#include "analysis/questions/larger_batch.hpp"
#include "analysis/report/phrases.hpp"

namespace batchscope {

/// One sentence that answers "is a larger batch better?" for one figure: glyph, verdict word, and
/// at which batch sizes, with the effect at the largest that differs.
[[nodiscard]] std::string answer_sentence(const FigureAnswer& answer, const Phrases& phrases);

/// The answer for a recipe as plain text of 80 columns: a sentence per figure, the table of paired
/// differences with simultaneous intervals and verdicts, trends, and what the words mean.
[[nodiscard]] std::string verdict_report(const Recipe& recipe, const LargerBatchAnswer& answer,
                                         const Margins& margins, const Phrases& phrases);

/// "train accuracy"
[[nodiscard]] std::string figure_name(const ComparedFigure& figure, const Phrases& phrases);
/// Why a contrast is undecided, or how it was decided.
[[nodiscard]] std::string reason_text(const Decision& decision, const Phrases& phrases);

}  // namespace batchscope
