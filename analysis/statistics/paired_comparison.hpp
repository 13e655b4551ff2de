#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include "core/described.hpp"

namespace batchscope {

/// The mean difference of two settings, paired by seed, with its Student t test and interval. NaN:
/// not known.
struct PairedComparison {
    std::int64_t n = 0;  ///< pairs of runs of one seed
    double mean = NAN;   ///< NaN for n = 0
    /// Of the difference of one run from another, with n - 1. NaN for n < 2, and so are all below.
    double standard_deviation = NAN;
    double standard_error = NAN;  ///< of the mean
    double degrees_of_freedom = NAN;
    double half_width = NAN;   ///< mean ± half_width at the confidence asked for
    double t = NAN;            ///< mean / standard_error; NaN if `identical`, and so are the p
    double p_two_sided = NAN;  ///< of no difference
    double p_greater = NAN;    ///< one-sided: small if the mean is above 0
    double p_less = NAN;       ///< one-sided: small if the mean is below 0
    /// n >= 2 and the seeds differ by rounding alone (a standard deviation under a billionth of the
    /// largest value, which is then called 0), of a metric whose resolution is not known. Either
    /// the seed was not applied, or a file was copied: no test can tell (scipy#20179 and #16861
    /// show the infinite t that comes of going on).
    bool identical = false;
};
BATCHSCOPE_DESCRIBE_STRUCT(PairedComparison, n, mean, half_width, standard_deviation,
                           degrees_of_freedom, t, p_two_sided)

/// One-sample t test of paired `differences` y(setting, seed) - y(reference, seed) against 0, with
/// n - 1 degrees of freedom (Student 1908), and the interval at `confidence` in (0, 1). Independent
/// of the order of the differences. `resolution`: the smallest step of what was measured, the floor
/// of the standard deviation: an accuracy over N examples moves in steps of 1 / N, and values that
/// agree more closely than they were measured do not vary less than that. 0: not known. Throws
/// std::invalid_argument if one is not finite: runs without a value are left out, and counted, by
/// the caller, who alone knows why.
[[nodiscard]] PairedComparison paired_comparison(std::span<const double> differences,
                                                 double confidence, double resolution = 0);

/// Of the differences with the opposite sign.
[[nodiscard]] PairedComparison reversed(PairedComparison comparison);

}  // namespace batchscope
