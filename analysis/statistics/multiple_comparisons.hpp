#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace batchscope {

/// Holm's step-down adjustment (Holm 1979) of the p values of one family, in their order: the i-th
/// smallest becomes max over j <= i of min(1, (m - j + 1) p(j)). Rejecting what is at most a keeps
/// the probability of any false rejection at most a, however the tests depend on each other. NaN (a
/// test that could not be done) stays NaN and does not count in m. Throws std::invalid_argument for
/// a p outside [0, 1].
[[nodiscard]] std::vector<double> holm_adjusted(std::span<const double> p);

/// The confidence of each of `count` intervals that hold all together at `confidence` in (0, 1):
/// 1 - (1 - confidence) / count (Bonferroni). A count below 1 is taken as 1.
[[nodiscard]] double bonferroni_confidence(double confidence, std::int64_t count);

}  // namespace batchscope
