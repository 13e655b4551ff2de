#pragma once

#include <cmath>

#include "analysis/statistics/critical_batch_profile.hpp"

namespace batchscope {

/// Whether the curve itself fits: the F test of its deviations against the scatter of repeated runs
/// (Draper & Smith, Applied Regression Analysis), here beside seeds as blocks.
struct LackOfFit {
    double f = std::nan("");  ///< NaN without repeated runs, or where they are all identical
    double p = std::nan("");
    /// Repeated runs agree to rounding: the seed was not applied, or files are copies. Then the
    /// interval of the fit, too narrow as it counts copies as runs, must not be believed.
    bool has_identical_repeats = false;
    double curve_degrees = 0;    ///< batch sizes - 2
    double scatter_degrees = 0;  ///< runs - batch sizes - blocks + 1, if the blocks are connected
};

/// Below this standard deviation of ln steps runs differ by rounding alone.
inline constexpr double negligible_scatter = 1e-7;

/// The test for a fit with this sum of squares and these degrees of freedom (above 0). What
/// repeated runs cannot share with any curve is their sum of squares around a free value for each
/// batch size and each block.
[[nodiscard]] LackOfFit test_lack_of_fit(const CriticalBatchProfile& profile, double sum_of_squares,
                                         double degrees_of_freedom);

}  // namespace batchscope
