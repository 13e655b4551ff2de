#pragma once

#include <string>
#include <vector>

namespace batchscope {

/// What the numbers of an axis are, and so how they are written. The minus is U+2212.
enum class NumberFormat {
    number,         ///< 0.05, 12, 4,096, 2×10⁷
    signed_number,  ///< +0.05, 0, −0.05
    percent,        ///< a fraction: 0.895 is "89.5 %"
    points,         ///< a difference of fractions, in points: 0.005 is "+0.5"
};

/// `value` with at most `significant` digits, without needless zeros, with commas from 1,000 on and
/// powers of ten from ten millions on and below 0.0001. NaN is "–", infinities are "∞" and "−∞".
[[nodiscard]] std::string format_number(double value, int significant = 4);

/// The labels of ascending ticks with equal steps: as many decimals in each as the step needs.
[[nodiscard]] std::vector<std::string> linear_tick_labels(const std::vector<double>& ticks,
                                                          NumberFormat format);

/// The label of one tick of a logarithmic axis, or of one chosen by the caller: shortest form.
[[nodiscard]] std::string single_tick_label(double tick, NumberFormat format);

}  // namespace batchscope
