#pragma once

#include "analysis/claims/claim_kind.hpp"

namespace batchscope {

/// "Double the batch, double the rate": the best rate of each batch size and seed is the vertex of
/// a parabola of validation loss over ln rate; the slope of its logarithm on ln B, over the seeds.
/// Supported if the interval lies inside [lowest_slope, highest_slope], else contradicted if it
/// excludes 1. Beside it the largest B in the grid where (2B, twice its best rate) is equivalent in
/// performance to (B, best rate). Not tested where the rates move with B, where too few were tried,
/// where an optimum is not bracketed, and for too few batch sizes.
struct DoubleTheRate {
    double lowest_slope = 0.75;  ///< supported where the interval lies within
    double highest_slope = 1.25;
    std::int64_t fewest_batch_sizes = 4;
    std::int64_t fewest_rates = 5;  ///< at each batch size

    [[nodiscard]] static const ClaimKind& kind();
    /// Numbers: slope (its interval with the lattice error of the best rates), lattice_error,
    /// largest_equivalent_doubling.
    [[nodiscard]] Finding operator()(const Evidence& evidence) const;
    bool operator==(const DoubleTheRate&) const = default;

    static const ClaimReason rates_scaled;  ///< the rates move with the batch size [name: the rule]
    static const ClaimReason too_few_rates;  ///< learning rates tried [found, needed, batch_size]
    /// The best rate is not inside of those tried [name: how, a word of BracketStatus; batch_size,
    /// seed].
    static const ClaimReason optimum_not_bracketed;
};

}  // namespace batchscope
