#pragma once

#include "analysis/claims/claim_kind.hpp"

namespace batchscope {

/// "Small batches converge slowly": ln examples and ln seconds to a validation loss of the small
/// group less those of the medium one; both have to agree. Not tested where a run does not reach
/// it, and on different hardware or rank counts.
struct SlowConvergence {
    SizeRange small = small_batches;
    SizeRange medium = medium_batches;
    double margin = 0.05;  ///< of examples and of seconds, a share

    [[nodiscard]] static const ClaimKind& kind();
    /// Numbers: small_over_medium_examples, small_over_medium_seconds, target_validation_loss,
    /// margin.
    [[nodiscard]] Finding operator()(const Evidence& evidence) const;
    bool operator==(const SlowConvergence&) const = default;
};

}  // namespace batchscope
