#pragma once

#include <string>

#include "analysis/questions/larger_batch.hpp"
#include "analysis/statistics/interval.hpp"

namespace batchscope {

/// A change of a figure as a reader takes it in: of an accuracy in points of a hundred, "-0.63"; of
/// a loss in its own unit with four significant digits. The sign is always there; NaN is "n/a".
[[nodiscard]] std::string change_text(double change, const ComparedFigure& figure);
/// The same without a sign, for widths and margins.
[[nodiscard]] std::string width_text(double width, const ComparedFigure& figure);
/// Whether the figure is shown in points of a hundred.
[[nodiscard]] bool is_in_points(const ComparedFigure& figure);

/// "p = 0.031", "p < 0.0001"; never 0. "p n/a" for NaN.
[[nodiscard]] std::string p_text(double p);

/// "0.2060 ± 0.0021" of a mean with its interval, "88.75 ± 0.17 %" as percentages; of
/// one value without an interval; "–" for none.
[[nodiscard]] std::string level_text(const Estimate& estimate, bool is_fraction);

/// The text with the minus sign U+2212 for each '-' that begins a number: "(-0.6 points)", not
/// "batch_size-64" or "1e-05".
[[nodiscard]] std::string with_minus_signs(const std::string& text);

/// ▲ better, ▼ worse, = equivalent, ? undecided or not tested, ◆ mixed.
[[nodiscard]] const char* glyph(Verdict verdict);
[[nodiscard]] const char* glyph(Answer answer);

}  // namespace batchscope
