#pragma once

#include "analysis/claims/evidence.hpp"
#include "analysis/claims/finding.hpp"

namespace batchscope {

/// "Small batches generalize better": out-of-sample performance at equal epochs of the small group
/// less that of the large one. Beside it the difference of their gaps at one train loss. Not tested
/// without runs in either group.
/// Numbers: small_less_large, small, large, margin; small_less_large_matched_gap and
/// matched_train_loss where there is a common train loss.
[[nodiscard]] Finding find_small_generalizes(const Claim& claim, const Evidence& evidence);

}  // namespace batchscope
