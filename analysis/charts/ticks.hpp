#pragma once

#include <vector>

namespace batchscope {

/// Ticks within [low, high] at multiples of 1, 2 or 5 times a power of ten: as many as there are
/// up to `most`, and never fewer than two where the numbers allow. Zero is exactly 0. Empty if
/// high - low is not finite or negative; one tick if they are equal.
[[nodiscard]] std::vector<double> linear_ticks(double low, double high, int most);

/// Powers of two within [low, high], every one or every second, third, ... so that at most `most`
/// remain (of those kept, 1 would be one). Needs 0 < low <= high, else empty. Where the range holds
/// no power of two: linear_ticks.
[[nodiscard]] std::vector<double> log2_ticks(double low, double high, int most);

/// Powers of ten within [low, high], thinned like those of log2_ticks. A range of less than two
/// decades has 2 and 5 times them, too, or 3 times them, as `most` allows; where less than two such
/// ticks are: linear_ticks.
[[nodiscard]] std::vector<double> log10_ticks(double low, double high, int most);

}  // namespace batchscope
