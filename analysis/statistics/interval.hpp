#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "core/described.hpp"

namespace batchscope {

/// The mean of n independent values with a Student interval: mean ± half_width.
struct Estimate {
    std::int64_t n = 0;
    double mean = NAN;                ///< NaN for n = 0
    double standard_deviation = NAN;  ///< with n - 1; NaN for n < 2
    double half_width = NAN;          ///< NaN for n < 2: one value says nothing about its spread
};
BATCHSCOPE_DESCRIBE_STRUCT(Estimate, n, mean, half_width, standard_deviation)

/// Estimate of `values` (finite) at `confidence`, in (0, 1). It does not depend on their order, and
/// equal values give exactly their value and a width of 0.
[[nodiscard]] Estimate estimate_mean(std::vector<double> values, double confidence);

/// The mean of `values` (finite), independent of their order and exact for equal ones; NaN of none.
[[nodiscard]] double mean_of(std::vector<double> values);

/// The middle value, of an even number the mean of the middle two; infinite ones count. NaN of
/// none. None is NaN.
[[nodiscard]] double median_of(std::vector<double> values);

/// The two-sided Student quantile: t with P(|T| <= t) = confidence at `degrees_of_freedom` > 0.
[[nodiscard]] double student_quantile(double confidence, double degrees_of_freedom);

}  // namespace batchscope
