#pragma once

#include <cstdint>
#include <vector>

#include "config/settings_keys.hpp"
#include "measures/measure_kind.hpp"

namespace batchscope {

/// Metric 2.1 of Keskar 2017.
struct KeskarSettings {
    std::vector<double> epsilon = {1e-3, 5e-4};
    std::int64_t subspace = 100;   ///< columns of A, beside the full space; 0: full space only
    std::int64_t starts = 5;       ///< 0 first, the others uniform in the box
    std::int64_t iterations = 10;  ///< of projected L-BFGS from each start
};
BATCHSCOPE_DESCRIBE_STRUCT(KeskarSettings, subspace, starts, iterations, epsilon)
[[nodiscard]] std::vector<KeyOf<KeskarSettings>> keys_of(Type<KeskarSettings> type);

/// Metric 2.1 of Keskar, Mudigere, Nocedal, Smelyanskiy & Tang ("On large-batch training for
/// deep learning: generalization gap and sharp minima", ICLR 2017), in the full space and in a
/// random subspace (KeskarSpace), at each epsilon:
///
///     phi = 100 (max_{z in C_epsilon} f(x + A z) - f(x)) / (1 + f(x)).
///
/// The maximum is looked for by `iterations` of ProjectedLbfgs from z = 0 and from points
/// uniform in the box, and by as many of ProjectedAscent from z = 0 as a check. phi is 100
/// (highest - f(x)) / (1 + f(x)) with the highest value met in the box, also while searching
/// the boxes of smaller epsilon within it. So phi is a lower bound of the metric, never
/// negative, since z = 0 is in the box, and grows with epsilon. How far it may be from the
/// maximum: see the spread over starts, the check, and the first-order bound, which the maximum
/// of a linear f attains and that of a convex f exceeds.
///
/// Values, of each epsilon, for SPACE in full and (with `subspace` > 0) subspace:
///   keskar_SPACE               phi
///   keskar_SPACE_spread        standard deviation over the starts of the phi each reached; NaN for
///                              one start
///   keskar_SPACE_first_order   100 sum_i |(A^T grad f(x))_i| half_width_i / (1 + f(x))
///   keskar_SPACE_ascent        phi of the check alone
///   keskar_SPACE_evaluations   of f with its gradient, without the one at x that all share
///   keskar_SPACE_at_start      1: nothing higher than f(x) was met, phi is 0
///   keskar_SPACE_by_iteration  phi of all starts up to each iteration, from 0; without the check
///
/// A loss or gradient that is not finite somewhere in the box ends its search and leaves all
/// but evaluations and first-order bound NaN: then the maximum is not known. The subspace is
/// NaN unless there are more weights than its columns.
[[nodiscard]] MeasureKind keskar_sharpness();

}  // namespace batchscope
