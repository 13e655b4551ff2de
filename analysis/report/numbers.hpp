#pragma once

#include <string>

#include "analysis/questions/larger_batch.hpp"

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

/// ▲ better, ▼ worse, = equivalent, ? undecided or not tested, ◆ mixed.
[[nodiscard]] const char* glyph(Verdict verdict);
[[nodiscard]] const char* glyph(Answer answer);

}  // namespace batchscope
