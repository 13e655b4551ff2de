#pragma once

#include "analysis/claims/evidence.hpp"
#include "analysis/claims/finding.hpp"

namespace batchscope {

/// "Double the batch, double the rate": the best rate of each batch size and seed is the vertex of
/// a parabola of validation loss over ln rate; the slope of its logarithm on ln B, over the seeds.
/// Supported if the interval lies inside [lowest_slope, highest_slope], else contradicted if it
/// excludes 1. Beside it the largest B in the grid where (2B, twice its best rate) is equivalent in
/// performance to (B, best rate). Not tested where the rates move with B, where too few were tried,
/// where an optimum is not bracketed, and for too few batch sizes.
/// Numbers: slope, largest_equivalent_doubling.
[[nodiscard]] Finding find_double_the_rate(const Claim& claim, const Evidence& evidence);

}  // namespace batchscope
