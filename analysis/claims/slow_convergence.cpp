#include "analysis/claims/slow_convergence.hpp"

#include <array>
#include <cmath>

#include "analysis/claims/target.hpp"
#include "analysis/statistics/interpolation.hpp"
#include "analysis/statistics/verdict.hpp"

namespace batchscope {

const ClaimKind& SlowConvergence::kind() {
    static const ClaimKind kind = claim_kind_of<SlowConvergence>(
        "slow_convergence", ClaimChart::time_to_target,
        {
            setting("small", &SlowConvergence::small),
            setting("medium", &SlowConvergence::medium),
            setting("margin", &SlowConvergence::margin, Between{.above = 0}),
        });
    return kind;
}

Finding SlowConvergence::operator()(const Evidence& evidence) const {
    const TimedGroups timed = timed_groups(evidence, {{"small", small}, {"medium", medium}});
    if (timed.missing) {
        return not_tested(*timed.missing);
    }
    const auto& [compared, arms, loss, missing] = timed;
    const double confidence = evidence.margins.confidence;
    std::array<NamedDifference, 2> ratios{{{"examples"}, {"seconds"}}};
    const double log_margin = std::log1p(margin);
    for (auto& [name, ratio, error] : ratios) {
        const auto clock = name == "examples" ? &History::examples : &History::seconds;
        std::vector<GroupTime> times;
        for (const SizeGroup& group : compared.groups) {
            times.push_back(log_time_to_target(group, compared.seeds, loss, clock));
            if (times.back().reached < std::ssize(compared.seeds)) {
                return not_tested({.reason = ClaimReason::target_not_reached,
                                   .name = group.name,
                                   .batch_size = times.back().first_missed,
                                   .found = times.back().reached,
                                   .needed = std::ssize(compared.seeds)});
            }
        }
        ratio = difference_of(times[0].log_time, times[1].log_time, confidence,
                              name == "seconds" ? resolution_of_log_seconds : 0);
        error = times[0].error + times[1].error;
        if (ratio.n >= fewest_seeds && !is_resolved(error, ratio.half_width, log_margin)) {
            return not_tested({ClaimReason::not_resolved, "small_over_medium_" + name});
        }
    }
    Finding finding =
        agreement_of(ratios, "small_over_medium_", log_margin, evidence.margins.alpha());
    withhold_from_flattered(finding, compared, "medium", "small");
    finding.arms = arms;
    for (const auto& [name, ratio, error] : ratios) {
        finding.numbers.push_back(number("small_over_medium_" + name, ClaimUnit::log_ratio,
                                         with_interpolation_error(ratio, error)));
    }
    finding.numbers.push_back(number("target_validation_loss", ClaimUnit::nats, loss));
    finding.numbers.push_back(number("margin", ClaimUnit::log_ratio, log_margin));
    return finding;
}

}  // namespace batchscope
