#pragma once

#include <optional>

#include "analysis/claims/claim_kind.hpp"

namespace batchscope {

/// "Small batches generalize better": out-of-sample performance at equal epochs of the small group
/// less that of the large one. Beside it the difference of their gaps at one train loss. Not tested
/// without runs in either group.
struct SmallGeneralizes {
    SizeRange small = small_batches;
    SizeRange large = large_batches;
    std::optional<double>
        margin{};  ///< of accuracies, a fraction; left out, as on the command line

    [[nodiscard]] static const ClaimKind& kind();
    /// Numbers: small_less_large, small, large, margin; small_less_large_matched_gap and
    /// matched_train_loss where there is a common train loss.
    [[nodiscard]] Finding operator()(const Evidence& evidence) const;
    bool operator==(const SmallGeneralizes&) const = default;
};

}  // namespace batchscope
