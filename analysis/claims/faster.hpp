#pragma once

#include "analysis/claims/claim_kind.hpp"

namespace batchscope {

/// "A larger batch is faster": ln seconds to a validation loss of the medium group less those of
/// the large one. Contradicted also where the large group fails the deepest loss that all medium
/// runs reach: on more than 40 of 100 seeds its lowest validation loss, averaged over its batch
/// sizes, lies above, and over the seeds above the lowest of the medium group by more than what is
/// equivalent (the smaller of both p counts twice). Beside it throughput. Not tested on different
/// hardware or rank counts.
struct Faster {
    SizeRange medium = medium_batches;
    SizeRange large = large_batches;
    double margin = 0.05;  ///< of seconds, a share

    [[nodiscard]] static const ClaimKind& kind();
    /// Numbers: medium_over_large_seconds, target_validation_loss, large_over_medium_throughput,
    /// tight_target, large_less_medium_lowest_validation_loss, margin.
    [[nodiscard]] Finding operator()(const Evidence& evidence) const;
    bool operator==(const Faster&) const = default;

    /// Large batches fail a target that others reach [found of needed: seeds that fail, of all].
    static const ClaimReason target_missed;
};

}  // namespace batchscope
