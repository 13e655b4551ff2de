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

/// Adjusted p of pairs of hypotheses.
struct AdjustedPairs {
    std::vector<double> first;
    std::vector<double> second;
};

/// The same for m pairs of null hypotheses of which at most one of each pair is true (as "there is
/// no difference" and "the difference is as large as the margin" are): Holm's step-down over all 2m
/// p together, with the number of pairs that are not yet rejected whole in place of the number of
/// hypotheses that are not yet rejected. No more than that can be true, which is why it keeps the
/// probability of any false rejection at most a (Shaffer 1986, logically related hypotheses). The
/// first p is multiplied by m, not by 2m. NaN as above; a pair with one NaN is a pair of one.
/// Throws std::invalid_argument for spans of unequal length, too.
[[nodiscard]] AdjustedPairs adjusted_exclusive_pairs(std::span<const double> first,
                                                     std::span<const double> second);

}  // namespace batchscope
