#pragma once

#include "analysis/claims/claim_kind.hpp"

namespace batchscope {

/// "Small batches train noisily": ln of the variance of the step loss around its trend, at one
/// train loss, of the small group less that of the large one. Beside it the spread of performance
/// between seeds. Not tested where a group has no runs or the step losses of no common train loss
/// are known.
struct NoisyTraining {
    SizeRange small = small_batches;
    SizeRange large = large_batches;
    double margin = 0.05;  ///< of variances, a share

    [[nodiscard]] static const ClaimKind& kind();
    /// Numbers: small_over_large_step_loss_variance, matched_train_loss, margin,
    /// spread_between_seeds_small and _large (standard deviation of the performance of one batch
    /// size).
    [[nodiscard]] Finding operator()(const Evidence& evidence) const;
    bool operator==(const NoisyTraining&) const = default;
};

}  // namespace batchscope
