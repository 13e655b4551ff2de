#pragma once

#include "analysis/claims/evidence.hpp"
#include "analysis/claims/finding.hpp"

namespace batchscope {

/// "Small batches generalize better": out-of-sample performance at equal epochs of the small group
/// less that of the large one. Beside it the difference of their gaps at one train loss. Not tested
/// without runs in either group.
[[nodiscard]] Finding find_small_generalizes(const Claim& claim, const Evidence& evidence);

}  // namespace batchscope
