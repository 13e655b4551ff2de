#pragma once

#include <cmath>
#include <cstdint>
#include <span>

namespace batchscope {

struct BootstrapInterval {
    double low = NAN;
    double high = NAN;
};

/// Bootstrap intervals of a mean. With few values they are far too narrow: at n = 5 normal values,
/// "95 %" covers 84 % (percentile) and 83 % (BCa). They stand beside a Student interval as a check
/// of its shape, and decide nothing.
struct BootstrapIntervals {
    BootstrapInterval percentile;
    BootstrapInterval basic;  ///< the percentile interval, mirrored at the mean
    BootstrapInterval bca;    ///< bias-corrected and accelerated
};

/// Efron and Tibshirani 1993, chapters 13 and 14 (with BCa's acceleration from the jackknife, eq.
/// 14.15), from `resamples` > 0 means of n values drawn with replacement, a pure function of
/// `random_seed` and the sorted values; quantiles interpolate linearly between order statistics.
/// All NaN for n < 2; all equal: the interval of their value alone. BCa is NaN where the mean lies
/// beyond all resamples. Throws std::invalid_argument for values that are not finite.
[[nodiscard]] BootstrapIntervals bootstrap_mean(std::span<const double> values, double confidence,
                                                std::int64_t resamples, std::uint64_t random_seed);

}  // namespace batchscope
