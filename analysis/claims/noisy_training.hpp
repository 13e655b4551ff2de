#pragma once

#include "analysis/claims/evidence.hpp"
#include "analysis/claims/finding.hpp"

namespace batchscope {

/// "Small batches train noisily": ln of the variance of the step loss around its trend, at one
/// train loss, of the small group less that of the large one. Beside it the spread of performance
/// between seeds. Not tested where a group has no runs or the step losses of no common train loss
/// are known.
/// Numbers: small_over_large_step_loss_variance, matched_train_loss, margin,
/// spread_between_seeds_small and _large (standard deviation of the performance of one batch size).
[[nodiscard]] Finding find_noisy_training(const Claim& claim, const Evidence& evidence);

}  // namespace batchscope
