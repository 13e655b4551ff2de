#pragma once

#include <optional>
#include <vector>

#include "analysis/claims/evidence.hpp"

namespace batchscope {

/// The generalization gap (loss) of groups of batch sizes at one train loss.
struct MatchedGapOfGroups {
    std::optional<Because> missing;  ///< no common train loss, and which batch size prevents it
    double train_loss = unknown;     ///< the deepest that all compared runs reach
    std::vector<BySeed> by_group;    ///< averaged over the batch sizes of a group, per seed
};

/// questions/gap.hpp's matched gap of the runs of the common seeds.
[[nodiscard]] MatchedGapOfGroups matched_gap_of_groups(const ComparedGroups& compared,
                                                       const Evidence& evidence);

}  // namespace batchscope
