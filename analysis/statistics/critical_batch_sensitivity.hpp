#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "analysis/statistics/critical_batch_fit.hpp"
#include "core/described.hpp"

namespace batchscope {

/// More seeds than this are left out in so many groups.
inline constexpr std::size_t most_jackknife_groups = 20;

/// B_crit without each seed in turn, or each group of seeds (sensitivity, no interval to decide
/// by).
struct SeedJackknife {
    std::int64_t seeds = 0;
    std::int64_t groups = 0;  ///< n: as many as there are seeds, most_jackknife_groups at most
    double smallest = std::nan("");  ///< B_crit over the refits; 0 or infinity where they say so
    double largest = std::nan("");
    /// Of ln B_crit: sqrt((n - 1) / n sum (theta_i - mean)^2) (Efron 1982; for groups Kott 2001,
    /// "The delete-a-group jackknife"); NaN where a refit has no finite B_crit above 0.
    double standard_error_of_log = std::nan("");
};
BATCHSCOPE_DESCRIBE_STRUCT(SeedJackknife, smallest, largest, standard_error_of_log)

/// All NaN for fewer than 2 seeds, and where the data without some seed cannot be fitted.
[[nodiscard]] SeedJackknife jackknife_over_seeds(const std::vector<StepsToTarget>& points,
                                                 SeedRole seeds = SeedRole::blocks);

/// B_crit if all crossings lay at one end of their intervals (after, at_or_before]. The first two
/// hardly differ when evaluations are equally dense everywhere, so the tilted ones count: small
/// batches late and large ones early, and the other way round. Small: at most the geometric mean of
/// the smallest and the largest batch size.
struct CensoringSensitivity {
    double all_early = std::nan("");  ///< NaN where an end is not known or not above 0
    double all_late = std::nan("");
    double small_late_large_early = std::nan("");  ///< the largest of the four, as a rule
    double small_early_large_late = std::nan("");  ///< the smallest, as a rule
};
BATCHSCOPE_DESCRIBE_STRUCT(CensoringSensitivity, all_early, all_late, small_late_large_early,
                           small_early_large_late)
[[nodiscard]] CensoringSensitivity refit_at_interval_ends(const std::vector<StepsToTarget>& points,
                                                          SeedRole seeds = SeedRole::blocks);

}  // namespace batchscope
