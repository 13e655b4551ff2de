#include "analysis/claims/slow_convergence.hpp"

#include <array>
#include <cmath>

#include "analysis/claims/target.hpp"

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
    std::array<std::pair<std::string, PairedComparison>, 2> ratios{
        {{"examples", {}}, {"seconds", {}}}};
    for (auto& [name, ratio] : ratios) {
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
        ratio = difference_of(times[0].log_time, times[1].log_time, confidence);
    }
    const double log_margin = std::log1p(margin);
    Finding finding = agreement_of(ratios, log_margin, evidence.margins.alpha());
    finding.arms = arms;
    for (const auto& [name, ratio] : ratios) {
        finding.numbers.push_back(number("small_over_medium_" + name, ClaimUnit::log_ratio, ratio));
    }
    finding.numbers.push_back(number("target_validation_loss", ClaimUnit::nats, loss));
    finding.numbers.push_back(number("margin", ClaimUnit::log_ratio, log_margin));
    return finding;
}

}  // namespace batchscope
