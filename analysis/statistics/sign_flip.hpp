#pragma once

#include <cmath>
#include <cstdint>
#include <span>

namespace batchscope {

/// More differences than this are not enumerated; a t test needs no cross-check there.
inline constexpr std::int64_t most_sign_flips = 20;

/// The exact sign-flip test of paired differences. NaN for n = 0 and n > most_sign_flips.
struct SignFlipTest {
    std::int64_t n = 0;
    double p_two_sided = NAN;
    double p_greater = NAN;  ///< one-sided: small if the differences are above 0
    double p_less = NAN;     ///< one-sided: small if they are below
    /// 2 / 2^n: no data give a smaller p_two_sided. Above 0.05 for n <= 5, where the test is of no
    /// use, and to be printed beside every p.
    double smallest_p_two_sided = NAN;
};

/// If neither setting is better, the sign of each difference is as good as random: of all 2^n
/// choices of signs, the share with a sum as far from 0 as the one seen (Fisher 1935, section 21).
/// Sums that differ by rounding alone are equal. All differences 0: every p is 1. Throws
/// std::invalid_argument if a difference is not finite.
[[nodiscard]] SignFlipTest sign_flip_test(std::span<const double> differences);

}  // namespace batchscope
