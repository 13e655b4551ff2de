#pragma once

#include <map>
#include <optional>
#include <vector>

#include "analysis/claims/evidence.hpp"
#include "analysis/statistics/first_crossing.hpp"

namespace batchscope {

/// The deepest validation loss that every run of these arms and seeds comes down to: the loosest
/// target that all of them share, at which no time is missing and no survivor is averaged. NaN
/// where there is none.
[[nodiscard]] double deepest_shared_validation_loss(const std::vector<const Arm*>& arms,
                                                    const std::vector<std::uint64_t>& seeds);

/// The lowest validation loss of a run; NaN if it has none.
[[nodiscard]] double lowest_validation_loss(const AnalyzedRun& run);

/// Groups whose times to a target can be compared.
struct TimedGroups {
    ComparedGroups compared;
    std::vector<const Arm*> arms;  ///< of all groups
    /// The target: that of the inputs, or the deepest validation loss that all share.
    double loss = unknown;
    std::optional<Because> missing;  ///< why they cannot be compared
};
[[nodiscard]] TimedGroups timed_groups(
    const Evidence& evidence, const std::vector<std::pair<std::string, SizeRange>>& ranges);

/// Of one group, when its runs came to a target.
struct GroupTime {
    /// Mean over the batch sizes of ln time, by seed; only seeds whose runs all reached it between
    /// two evaluations.
    BySeed log_time;
    double error = unknown;         ///< of interpolation: mean of the relative errors
    std::int64_t reached = 0;       ///< seeds in log_time
    std::int64_t first_missed = 0;  ///< batch size of the first run that did not; 0: none
};

/// The interpolated first crossing of validation loss below `target` on a clock of History. A run
/// that is at the target before training has no time.
[[nodiscard]] GroupTime log_time_to_target(const SizeGroup& group,
                                           const std::vector<std::uint64_t>& seeds, double target,
                                           HistoryColumn clock);

}  // namespace batchscope
