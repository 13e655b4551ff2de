#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "core/described.hpp"

namespace batchscope {

/// Kendall's tau-a as Jiang et al. 2020 use it: the mean over all pairs of
/// sgn(x_i - x_j) sgn(y_i - y_j), with sgn(0) = 0, so that pairs tied in x or y count as no
/// agreement. In [-1, 1]; with ties it cannot reach ±1. NaN for fewer than two points. Throws
/// std::invalid_argument for values that are not finite and spans of unequal length, as do all
/// here.
[[nodiscard]] double kendall_tau_a(std::span<const double> x, std::span<const double> y);

/// tau-b (Kendall 1945): the same sum over sqrt((pairs not tied in x) (pairs not tied in y)). NaN
/// where all x or all y are equal.
[[nodiscard]] double kendall_tau_b(std::span<const double> x, std::span<const double> y);

/// Points that differ in one axis and agree in all others.
struct Stratum {
    std::vector<double> x;
    std::vector<double> y;
};

/// The association of x and y along one axis. NaN where no stratum has two points.
struct ConditionalKendall {
    std::int64_t strata = 0;  ///< that have at least two points; the others say nothing
    std::int64_t points = 0;  ///< in these
    double psi = NAN;         ///< mean of tau-a over the strata, each counted once
    /// Of no association: (b + 1) / (m + 1), where b of m permutations of the y within their strata
    /// gave a |psi| as large (Phipson and Smyth 2010: never 0).
    double p_two_sided = NAN;
    double p_positive = NAN;  ///< one-sided: a psi as high
    double p_negative = NAN;  ///< one-sided: a psi as low
    double smallest_p = NAN;  ///< 1 / (m + 1): no data give less
};
BATCHSCOPE_DESCRIBE_STRUCT(ConditionalKendall, psi, strata, points, p_two_sided, smallest_p)

/// psi of Jiang et al. 2020: the rank correlation within `strata`, averaged over them,
/// which the other axes cannot bring about, and its permutation p. One stratum gives the overall
/// tau. The permutations are a pure function of `random_seed` and the sizes of the strata. Strata
/// that share runs or seeds are not independent: then p is a guide, not a proof.
[[nodiscard]] ConditionalKendall conditional_kendall(std::span<const Stratum> strata,
                                                     std::int64_t permutations,
                                                     std::uint64_t random_seed);

}  // namespace batchscope
