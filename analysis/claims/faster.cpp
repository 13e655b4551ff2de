#include "analysis/claims/faster.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/claims/target.hpp"
#include "analysis/questions/time_to_target.hpp"
#include "analysis/statistics/equivalence.hpp"
#include "analysis/statistics/interpolation.hpp"
#include "analysis/statistics/verdict.hpp"

namespace batchscope {

namespace {

/// How the large group does at the deepest loss that all runs of the medium one reach.
struct TightTarget {
    double loss = unknown;
    PairedComparison shortfall;  ///< lowest validation loss, large - medium
    std::int64_t failed = 0;     ///< seeds
    double p = 1;                ///< of no shortfall; 1 unless the large group fails
};

TightTarget tight_target(const SizeGroup& medium, const SizeGroup& large,
                         const std::vector<std::uint64_t>& seeds, const Margins& margins) {
    TightTarget target;
    target.loss = deepest_shared_validation_loss(medium.arms, seeds);
    const BySeed lowest = mean_by_seed(large.arms, seeds, lowest_validation_loss);
    target.shortfall = difference_of(
        lowest, mean_by_seed(medium.arms, seeds, lowest_validation_loss), margins.confidence);
    for (const auto& [seed, loss] : lowest) {
        target.failed += loss > target.loss ? 1 : 0;
    }
    const auto tried = std::ssize(seeds);
    const bool fails = !is_enough(tried - target.failed, tried);
    const PairedComparison& shortfall = target.shortfall;
    if (fails && shortfall.n >= fewest_seeds && shortfall.mean > 0 && !std::isnan(shortfall.t) &&
        !(two_one_sided_tests(shortfall, margins.loss).p < margins.alpha())) {
        target.p = shortfall.p_two_sided;
    }
    return target;
}

/// ln examples per second, large - medium.
PairedComparison throughput(const ComparedGroups& compared, double confidence) {
    const std::vector<BySeed> means = means_of(
        compared, [](const AnalyzedRun& run) { return std::log(run.metrics.examples_per_second); });
    return difference_of(means[1], means[0], confidence);
}

/// What the times to the shared target say; its p are NaN where the large group misses it.
Finding finding_of_times(const GroupTime& medium, const GroupTime& large, double margin,
                         std::size_t seeds, double confidence) {
    if (static_cast<std::size_t>(large.reached) < seeds) {
        Finding finding;
        finding.seeds = static_cast<std::int64_t>(seeds);
        finding.if_undecided = {.reason = ClaimReason::target_not_reached,
                                .name = "large",
                                .batch_size = large.first_missed,
                                .found = large.reached,
                                .needed = finding.seeds};
        return finding;
    }
    const PairedComparison ratio =
        difference_of(medium.log_time, large.log_time, confidence, resolution_of_log_seconds);
    const double error = medium.error + large.error;
    if (!is_resolved(error, ratio.half_width, margin)) {
        return not_tested({ClaimReason::not_resolved, "medium_over_large_seconds"});
    }
    Finding finding = finding_of(ratio, margin, error);
    finding.numbers.push_back(number("medium_over_large_seconds", ClaimUnit::log_ratio,
                                     with_interpolation_error(ratio, error)));
    return finding;
}

void add_failure(Finding& finding, const TightTarget& target, std::size_t seeds) {
    const double by_time = std::isnan(finding.p_contradicted) ? 1 : finding.p_contradicted;
    if (target.p < by_time) {
        finding.contradiction_rests_on = {"large_less_medium_lowest_validation_loss"};
        finding.if_contradicted = {.reason = Faster::target_missed,
                                   .name = "large",
                                   .found = target.failed,
                                   .needed = static_cast<std::int64_t>(seeds)};
    }
    finding.p_contradicted = std::min(1.0, 2 * std::min(by_time, target.p));
    finding.p_supported = std::isnan(finding.p_supported) ? 1 : finding.p_supported;
}

}  // namespace

const ClaimKind& Faster::kind() {
    static const ClaimKind kind =
        claim_kind_of<Faster>("faster", ClaimChart::time_to_target,
                              {
                                  setting("medium", &Faster::medium),
                                  setting("large", &Faster::large),
                                  setting("margin", &Faster::margin, Between{.above = 0}),
                              });
    return kind;
}

const ClaimReason Faster::target_missed{
    "target_missed", [](const Because& because, const Phrases& phrases) {
        return phrases("large batches miss a target that others reach ({} of {} seeds)",
                       because.found, because.needed);
    }};

Finding Faster::operator()(const Evidence& evidence) const {
    const TimedGroups timed = timed_groups(evidence, {{"medium", medium}, {"large", large}});
    if (timed.missing) {
        return not_tested(*timed.missing);
    }
    const auto& [compared, arms, loss, missing] = timed;
    const GroupTime medium_time =
        log_time_to_target(compared.groups[0], compared.seeds, loss, &History::seconds);
    const GroupTime large_time =
        log_time_to_target(compared.groups[1], compared.seeds, loss, &History::seconds);
    if (static_cast<std::size_t>(medium_time.reached) < compared.seeds.size()) {
        return not_tested({.reason = ClaimReason::target_not_reached,
                           .name = "medium",
                           .batch_size = medium_time.first_missed,
                           .found = medium_time.reached,
                           .needed = std::ssize(compared.seeds)});
    }
    const double log_margin = std::log1p(margin);
    const double confidence = evidence.margins.confidence;
    Finding finding =
        finding_of_times(medium_time, large_time, log_margin, compared.seeds.size(), confidence);
    if (finding.not_tested) {
        return finding;
    }
    withhold_from_flattered(finding, compared, "large", "medium");
    const TightTarget tight =
        tight_target(compared.groups[0], compared.groups[1], compared.seeds, evidence.margins);
    const bool identical = finding.if_undecided.reason == ClaimReason::identical_seeds;
    if (!identical) {
        add_failure(finding, tight, compared.seeds.size());
    }
    finding.arms = arms;
    finding.numbers.push_back(number("target_validation_loss", ClaimUnit::nats, loss));
    finding.numbers.push_back(number("large_over_medium_throughput", ClaimUnit::log_ratio,
                                     throughput(compared, confidence)));
    finding.numbers.push_back(number("tight_target", ClaimUnit::nats, tight.loss));
    finding.numbers.push_back(
        number("large_less_medium_lowest_validation_loss", ClaimUnit::nats, tight.shortfall));
    finding.numbers.push_back(number("margin", ClaimUnit::log_ratio, log_margin));
    return finding;
}

}  // namespace batchscope
