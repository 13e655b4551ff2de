#pragma once

#include "analysis/claims/claim_kind.hpp"

namespace batchscope {

/// "Large batches end in sharp minima": the slope of ln sharpness on log2 B at one train loss, a t
/// test of the slopes of the seeds, for two measures that have to agree: the top eigenvalue of the
/// Hessian (or, where it is not there, metric 2.1 of Keskar 2017) and adaptive sharpness (ASAM).
/// Sharpness along a run is interpolated (its logarithm over that of the train loss) at the deepest
/// train loss that all runs were measured at or around. Not tested where a measure is missing,
/// where one of the values next to that train loss has not converged, and for too few batch sizes.
/// The association with the gap within strata is printed, and decides nothing.
struct SharpMinima {
    double margin = 0.05;  ///< a share for each doubling of the batch
    std::int64_t fewest_batch_sizes = 4;

    [[nodiscard]] static const ClaimKind& kind();
    /// Numbers: for each measure slope_of_, train_loss_of_ (where all runs are read),
    /// widest_bracket_of_ (between the measurements read from), association_with_gap_of_,
    /// association_p_of_; margin.
    [[nodiscard]] Finding operator()(const Evidence& evidence) const;
    bool operator==(const SharpMinima&) const = default;

    static const ClaimReason not_measured;   ///< no run holds this measure [name]
    static const ClaimReason not_converged;  ///< a value is not certified [name, batch_size, seed]
    static const ClaimReason not_resolved;   ///< measured too seldom to be read [name]
    /// The runs were not measured at a train loss in common [name: the measure, batch_size].
    static const ClaimReason no_common_train_loss;
};

}  // namespace batchscope
