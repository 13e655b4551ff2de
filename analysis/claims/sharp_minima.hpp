#pragma once

#include "analysis/claims/evidence.hpp"
#include "analysis/claims/finding.hpp"

namespace batchscope {

/// "Large batches end in sharp minima": the slope of ln sharpness on log2 B at one train loss, a t
/// test of the slopes of the seeds, for two measures that have to agree: the top eigenvalue of the
/// Hessian (or, where it is not there, metric 2.1 of Keskar 2017) and adaptive sharpness (ASAM).
/// Sharpness along a run is interpolated (its logarithm over that of the train loss) at the deepest
/// train loss that all runs were measured at or around. Not tested where a measure is missing,
/// where one of the values next to that train loss has not converged, and for too few batch sizes.
/// The association with the gap within strata is printed, and decides nothing.
/// Numbers: for each measure slope_of_, train_loss_of_ (where all runs are read),
/// widest_bracket_of_ (between the measurements read from), association_with_gap_of_,
/// association_p_of_; margin.
[[nodiscard]] Finding find_sharp_minima(const Claim& claim, const Evidence& evidence);

}  // namespace batchscope
