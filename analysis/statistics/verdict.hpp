#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/statistics/equivalence.hpp"
#include "analysis/statistics/paired_comparison.hpp"

namespace batchscope {

/// Fewer seeds never decide: with two, the one degree of freedom makes an interval that says
/// nothing.
inline constexpr std::int64_t fewest_seeds = 3;

enum class Verdict { better, worse, equivalent, undecided };

enum class Reason {
    different,                 ///< better or worse
    within_margin,             ///< equivalent
    different_but_negligible,  ///< equivalent: both tests are significant
    too_little_data,           ///< undecided: neither is
    too_few_seeds,             ///< undecided: n < fewest_seeds
    identical_seeds,           ///< undecided: see PairedComparison::identical
};

/// What one comparison of a family says, and how it would say more.
struct Decision {
    Verdict verdict = Verdict::undecided;
    Reason reason = Reason::too_little_data;
    PairedComparison comparison;
    EquivalenceTest equivalence;             ///< unadjusted, against the margin of the family
    double p_difference = NAN;               ///< two-sided, Holm-adjusted; NaN if not tested
    double p_equivalence = NAN;              ///< Holm-adjusted; NaN if not tested
    std::int64_t tested = 0;                 ///< m: comparisons of the family that were tested
    double simultaneous_half_width = NAN;    ///< at 1 - alpha / m (Bonferroni)
    double minimum_detectable_effect = NAN;  ///< at alpha / m with power 0.8
    /// At which a true difference as large as the margin would be found, and none be shown
    /// equivalent, each with power 0.8 at alpha / m if the spread is as measured; at least
    /// fewest_seeds. The margin is fixed before looking; the difference seen is not, and planning
    /// with it would fool (Hoenig and Heisey 2001). Empty where the spread is unknown or 0, and
    /// beyond a million.
    std::optional<std::int64_t> seeds_to_decide;
};

[[nodiscard]] std::vector<Decision> decide(std::span<const PairedComparison> family, double margin,
                                           double alpha);

}  // namespace batchscope
