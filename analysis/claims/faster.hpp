#pragma once

#include "analysis/claims/evidence.hpp"
#include "analysis/claims/finding.hpp"

namespace batchscope {

/// "A larger batch is faster": ln seconds to a validation loss of the medium group less those of
/// the large one. Contradicted also where the large group fails the deepest loss that all medium
/// runs reach: on more than 40 of 100 seeds its lowest validation loss, averaged over its batch
/// sizes, lies above, and over the seeds above the lowest of the medium group by more than what is
/// equivalent (the smaller of both p counts twice). Beside it throughput. Not tested on different
/// hardware or rank counts.
/// Numbers: medium_over_large_seconds, target_validation_loss, large_over_medium_throughput,
/// tight_target, large_less_medium_lowest_validation_loss, margin.
[[nodiscard]] Finding find_faster(const Claim& claim, const Evidence& evidence);

}  // namespace batchscope
