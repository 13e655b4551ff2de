#pragma once

#include <string>

#include "analysis/language/phrases.hpp"
#include "analysis/questions/larger_batch.hpp"

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
/// "+0.31 ± 0.20": how much better than the reference, ± the half-width of simultaneous intervals;
/// without one where there is none (one seed, identical seeds).
[[nodiscard]] std::string interval_text(const SizeContrast& contrast, const ComparedFigure& figure);
/// What the differences of a table are, and the margin.
[[nodiscard]] std::string difference_caption(const LargerBatchAnswer& answer,
                                             const Margins& margins, const Phrases& phrases);
/// Which learning rate each batch size has, and how it was chosen; empty where none was chosen.
[[nodiscard]] std::string chosen_rates_text(const Recipe& recipe, const Phrases& phrases);
/// "5 diverged": of a batch size without a run that counts.
[[nodiscard]] std::string uncounted_text(const Arm& arm, const Phrases& phrases);
/// "batch 4096: no run counts (5 diverged)"
[[nodiscard]] std::string no_run_counts(const Arm& arm, const Phrases& phrases);

}  // namespace batchscope
