#pragma once

#include <cstdint>
#include <optional>

#include "analysis/statistics/paired_comparison.hpp"

namespace batchscope {

/// The power that numbers of seeds are planned for here, as is usual since Cohen (1988).
inline constexpr double usual_power = 0.8;

/// The power of a one-sided t test at level `alpha`: P(T > t(1 - alpha)) for a non-central t with
/// `degrees_of_freedom` and non-centrality `effect_in_standard_errors` = effect / standard error.
/// With alpha / 2 it is the power of the two-sided test to see the effect with its right sign.
[[nodiscard]] double one_sided_power(double effect_in_standard_errors, double degrees_of_freedom,
                                     double alpha);

/// The smallest true difference that the two-sided t test at `alpha` of this comparison would have
/// found, with its right sign, with probability `power`, if the spread is as measured; in the unit
/// of the differences. NaN where the spread is unknown (n < 2) or 0 (identical seeds).
[[nodiscard]] double minimum_detectable_effect(const PairedComparison& comparison, double alpha,
                                               double power = usual_power);

/// The smallest number of seeds at which a two-sided t test at `alpha`
/// finds a true difference of `effect` > 0 with probability `power`, if the spread is as measured.
/// At least 2. Empty where the spread is unknown or 0, and beyond a million.
[[nodiscard]] std::optional<std::int64_t> seeds_to_detect(const PairedComparison& comparison,
                                                          double effect, double alpha,
                                                          double power = usual_power);

/// The smallest number of seeds at which two one-sided tests at `alpha` show that two settings
/// without any true difference are equivalent within `margin` > 0, with probability at least
/// `power`. Each of the two may fail with (1 - power) / 2, which bounds the failures of both, and
/// nearly equals them (Phillips 1990). Empty as above.
[[nodiscard]] std::optional<std::int64_t> seeds_to_show_equivalence(
    const PairedComparison& comparison, double margin, double alpha, double power = usual_power);

}  // namespace batchscope
