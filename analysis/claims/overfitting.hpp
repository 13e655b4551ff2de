#pragma once

#include "analysis/claims/evidence.hpp"
#include "analysis/claims/finding.hpp"

namespace batchscope {

/// "256 and more overfits": at one train loss the gap (loss) of the large group is above that of
/// the medium one, and the final validation loss of the large group's runs lies above its own
/// minimum by more than `loss_rise`; both have to hold (intersection-union). Contradicted if the
/// one-sided upper bound of either falls below its margin (the smaller p counts twice, since there
/// are two), or if the validation loss of no run ends above its minimum. Not tested where a group
/// has no runs and where there is no common train loss.
/// Numbers: large_less_medium_matched_gap, loss_rise, matched_train_loss, margin, loss_rise_margin.
[[nodiscard]] Finding find_overfitting(const Claim& claim, const Evidence& evidence);

}  // namespace batchscope
