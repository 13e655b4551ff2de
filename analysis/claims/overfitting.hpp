#pragma once

#include "analysis/claims/claim_kind.hpp"

namespace batchscope {

/// "256 and more overfits": at one train loss the gap (loss) of the large group is above that of
/// the medium one, and the final validation loss of the large group's runs lies above its own
/// minimum by more than `loss_rise`; both have to hold (intersection-union). Contradicted if the
/// one-sided upper bound of either falls below its margin (the smaller p counts twice, since there
/// are two), or if the validation loss of no run ends above its minimum. Not tested where a group
/// has no runs and where there is no common train loss.
struct Overfitting {
    SizeRange medium = medium_batches;
    SizeRange large = large_batches;
    double margin = 0.02;     ///< of gaps, nats
    double loss_rise = 0.02;  ///< final validation loss above its own minimum, nats

    [[nodiscard]] static const ClaimKind& kind();
    /// Numbers: large_less_medium_matched_gap, loss_rise, matched_train_loss, margin,
    /// loss_rise_margin.
    [[nodiscard]] Finding operator()(const Evidence& evidence) const;
    bool operator==(const Overfitting&) const = default;

    /// The one-sided bound of an effect falls below its margin [name: the number].
    static const ClaimReason bound_below_margin;
    static const ClaimReason never_rises;  ///< no run ends above its own minimum
};

}  // namespace batchscope
