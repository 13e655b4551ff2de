#pragma once

#include <cstdint>
#include <string>

#include "analysis/claims/quadrant.hpp"
#include "analysis/language/phrases.hpp"
#include "analysis/questions/larger_batch.hpp"
#include "analysis/statistics/interval.hpp"

/// Numbers and verdicts as a reader takes them in, the same in every section.
namespace batchscope {

/// A change of a metric: of an accuracy in points of a hundred, "-0.63"; of a loss in its own unit
/// with four significant digits. The sign is always there; NaN is "n/a".
[[nodiscard]] std::string change_text(double change, const ComparedMetric& metric);
/// The same without a sign, for widths and margins.
[[nodiscard]] std::string width_text(double width, const ComparedMetric& metric);
/// Whether the metric is shown in points of a hundred.
[[nodiscard]] bool is_in_points(const ComparedMetric& metric);

/// "p = 0.031", "p < 0.0001"; never 0. "p n/a" for NaN.
[[nodiscard]] std::string p_text(double p);

/// "0.2060 ± 0.0021" of a mean with its interval, "88.75 ± 0.17 %" as percentages; of one value
/// without an interval; "–" for none.
[[nodiscard]] std::string level_text(const Estimate& estimate, bool is_fraction);

/// "0.3456±0.0123"; "0.3456±n/a" for one value, "n/a" for none. At least `decimals` decimals, more
/// where the mean would show fewer than four significant digits. `runs` is the n of the row: an
/// estimate with another n names its own.
[[nodiscard]] std::string format_estimate(const Estimate& estimate, int decimals,
                                          std::int64_t runs);

/// "+0.0035 ± 0.0051" of a difference in loss; "–" where there is none.
[[nodiscard]] std::string difference_text(const PairedComparison& comparison);

/// The text with the minus sign U+2212 for each '-' that begins a number: "(-0.6 points)", not
/// "batch_size-64" or "1e-05".
[[nodiscard]] std::string with_minus_signs(const std::string& text);

/// ▲ better, ▼ worse, = equivalent, ? undecided or not tested, ◆ mixed.
[[nodiscard]] const char* glyph(Verdict verdict);
[[nodiscard]] const char* glyph(Answer answer);
/// "worse", "better", "mixed", ...
[[nodiscard]] std::string answer_name(Answer answer, const Phrases& phrases);

/// "train accuracy"
[[nodiscard]] std::string metric_name(const ComparedMetric& metric, const Phrases& phrases);
/// Why a contrast is undecided, or how it was decided.
[[nodiscard]] std::string reason_text(const Decision& decision, const Phrases& phrases);
/// The metric at the contrast's batch size less that of the reference, in the metric's own unit and
/// direction: of a loss, below 0 is better.
[[nodiscard]] double difference_from_reference(const SizeContrast& contrast,
                                               const ComparedMetric& metric);
/// "+0.31 ± 0.20": this difference, ± the half-width of simultaneous intervals;
/// without one where there is none (one seed, identical seeds); "–" where all runs are lost.
[[nodiscard]] std::string interval_text(const SizeContrast& contrast, const ComparedMetric& metric);
/// One sentence that answers "is a larger batch better?" for one metric by saying where: "▼ train
/// accuracy: worse from 256 on (-3.11 points at 1024); no difference that matters at 64".
[[nodiscard]] std::string answer_sentence(const MetricAnswer& answer, const Phrases& phrases);

/// "still learning", "overfitting", ...
[[nodiscard]] std::string state_text(TrainingState state, const Phrases& phrases);

/// "3 diverged, 1 out of memory"; empty for none.
[[nodiscard]] std::string standings_text(const Standings& standings, const Phrases& phrases);

/// The value of an axis; "–" for an empty text.
[[nodiscard]] std::string axis_text(const AttributeValue& value);

/// The text of one recipe, with its name in front where there are several.
[[nodiscard]] std::string in_recipe(const Recipe& recipe, const std::string& text);

}  // namespace batchscope
