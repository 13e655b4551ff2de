#pragma once

#include <optional>

#include "analysis/claims/claim_kind.hpp"

namespace batchscope {

/// "Larger is not always better": for some pair of batch sizes with three common seeds the
/// performance of the larger one is below that of the smaller one by more than the margin (Holm
/// over the pairs; its first step decides). Contradicted if the largest batch size is compared with
/// every smaller one and not inferior to any (intersection-union); one that diverged is not. Not
/// tested where batch sizes with three runs that count span less than asked for.
struct NotAlwaysBetter {
    std::optional<double>
        margin{};               ///< of accuracies, a fraction; left out, as on the command line
    double smallest_span = 16;  ///< largest over smallest batch size

    [[nodiscard]] static const ClaimKind& kind();
    /// Numbers: smaller_less_larger of the clearest pair, margin.
    [[nodiscard]] Finding operator()(const Evidence& evidence) const;
    bool operator==(const NotAlwaysBetter&) const = default;

    /// A smaller batch beats a larger one by more than the margin [batch_size: the larger one,
    /// other_batch_size: the smaller one].
    static const ClaimReason smaller_is_better;
    static const ClaimReason largest_not_inferior;  ///< to any smaller one [batch_size]
    static const ClaimReason span_too_small;  ///< largest over smallest batch size [found, needed]
};

}  // namespace batchscope
