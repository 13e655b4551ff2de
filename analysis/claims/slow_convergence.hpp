#pragma once

#include "analysis/claims/evidence.hpp"
#include "analysis/claims/finding.hpp"

namespace batchscope {

/// "Small batches converge slowly": ln examples and ln seconds to a validation loss of the small
/// group less those of the medium one; both have to agree. Not tested where a run does not reach
/// it, and on different hardware or rank counts.
/// Numbers: small_over_medium_examples, small_over_medium_seconds, target_validation_loss, margin.
[[nodiscard]] Finding find_slow_convergence(const Claim& claim, const Evidence& evidence);

}  // namespace batchscope
