#include "analysis/claims/target.hpp"

#include <cmath>

#include "analysis/statistics/interval.hpp"
#include "analysis/statistics/matched_value.hpp"

namespace batchscope {

double deepest_shared_validation_loss(const std::vector<const Arm*>& arms,
                                      const std::vector<std::uint64_t>& seeds) {
    std::vector<std::vector<double>> losses;
    for (const Arm* arm : arms) {
        for (const std::uint64_t seed : seeds) {
            losses.push_back(arm->runs.at(seed)->history.validation_loss);
        }
    }
    return deepest_common_level(losses).level;
}

double lowest_validation_loss(const AnalyzedRun& run) {
    double lowest = unknown;
    for (const double loss : run.history.validation_loss) {
        lowest = std::isfinite(loss) ? std::fmin(lowest, loss) : lowest;
    }
    return lowest;
}

TimedGroups timed_groups(const Evidence& evidence,
                         const std::vector<std::pair<std::string, SizeRange>>& ranges) {
    TimedGroups timed;
    timed.compared = compared_groups(evidence.recipe, ranges);
    timed.missing = timed.compared.missing;
    if (timed.missing) {
        return timed;
    }
    timed.arms = arms_of(timed.compared.groups);
    timed.missing = seconds_not_comparable(timed.arms, timed.compared.seeds);
    timed.loss = evidence.inputs.target_validation_loss.value_or(
        deepest_shared_validation_loss(timed.arms, timed.compared.seeds));
    return timed;
}

GroupTime log_time_to_target(const SizeGroup& group, const std::vector<std::uint64_t>& seeds,
                             double target, HistoryColumn clock) {
    GroupTime time;
    std::vector<double> errors;
    for (const std::uint64_t seed : seeds) {
        double sum = 0;
        for (const Arm* arm : group.arms) {
            const History& history = arm->runs.at(seed)->history;
            const FirstCrossing found =
                first_crossing(history.*clock, history.validation_loss, target, TargetSide::below);
            const double crossing = found.interpolated;
            if (crossing > 0) {
                errors.push_back(found.error / crossing);
            }
            if (!(crossing > 0) && time.first_missed == 0) {
                time.first_missed = arm->batch_size;
            }
            sum += crossing > 0 ? std::log(crossing) : unknown;
        }
        if (std::isfinite(sum)) {
            time.log_time[seed] = sum / static_cast<double>(group.arms.size());
        }
    }
    time.reached = std::ssize(time.log_time);
    time.error = mean_of(errors);
    return time;
}

}  // namespace batchscope
