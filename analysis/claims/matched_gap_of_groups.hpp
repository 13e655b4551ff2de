#pragma once

#include <optional>
#include <vector>

#include "analysis/claims/evidence.hpp"

namespace batchscope {

/// The generalization gap (loss) of groups of batch sizes at one train loss.
struct MatchedGapOfGroups {
    /// No common train loss, and which batch size prevents it; or the rows are too far apart.
    std::optional<Because> missing;
    double error = unknown;        ///< of interpolation, of the difference of two groups, at most
    bool inside_schedule = false;  ///< see MatchedGap
    double train_loss = unknown;   ///< the deepest that all compared runs reach
    std::vector<BySeed> by_group;  ///< averaged over the batch sizes of a group, per seed
};

/// questions/gap.hpp's matched gap of the runs of the common seeds.
[[nodiscard]] MatchedGapOfGroups matched_gap_of_groups(const ComparedGroups& compared,
                                                       const Evidence& evidence);

}  // namespace batchscope
