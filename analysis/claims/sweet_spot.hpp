#pragma once

#include <optional>

#include "analysis/claims/claim_kind.hpp"

namespace batchscope {

/// "64 to 128 is the sweet spot": the medium group's performance is above that of the small and
/// that of the large one, an intersection-union test of both one-sided tests. Contradicted if
/// either is above the medium one (each one-sided; the smaller p counts twice, since there are
/// two), or if it is equivalent to both (where the medium group is as good as
/// another, contradiction is right, whichever of both is then said to be above). Beside it, whether
/// the medium group is not inferior to any other batch size. Not tested where a group has no runs.
struct SweetSpot {
    SizeRange small = small_batches;
    SizeRange medium = medium_batches;
    SizeRange large = large_batches;
    std::optional<double>
        margin{};  ///< of accuracies, a fraction; left out, as on the command line

    [[nodiscard]] static const ClaimKind& kind();
    /// Numbers: medium_less_small, medium_less_large, not_inferior_to_any (a p), margin.
    [[nodiscard]] Finding operator()(const Evidence& evidence) const;
    bool operator==(const SweetSpot&) const = default;

    static const ClaimReason beaten;  ///< another group is better [name: the group]
};

}  // namespace batchscope
