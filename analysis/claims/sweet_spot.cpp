#include "analysis/claims/sweet_spot.hpp"

#include <algorithm>

#include "analysis/statistics/equivalence.hpp"

namespace batchscope {

namespace {

/// The p of "some other batch size is better than the medium group by the margin or more"; NaN
/// where a batch size cannot be compared.
double not_inferior_to_any_p(const SizeGroup& medium, const Evidence& evidence,
                             const Performance& performance) {
    double largest = NAN;
    for (const Arm* arm : judged_arms(evidence.recipe)) {
        if (std::find(medium.arms.begin(), medium.arms.end(), arm) != medium.arms.end()) {
            continue;
        }
        std::vector<const Arm*> both = medium.arms;
        both.push_back(arm);
        const std::vector<std::uint64_t> seeds = common_seeds(both);
        const auto metric = [&](const AnalyzedRun& run) { return performance.of(run); };
        const PairedComparison difference = difference_of(
            mean_by_seed(medium.arms, seeds, metric), mean_by_seed({arm}, seeds, metric),
            evidence.margins.confidence, performance.resolution);
        const double p =
            difference.n < fewest_seeds ? NAN : non_inferiority_p(difference, performance.margin);
        if (std::isnan(p)) {
            return NAN;
        }
        largest = std::fmax(largest, p);
    }
    return largest;
}

Finding finding_against_both(const PairedComparison& over_small, const PairedComparison& over_large,
                             double margin) {
    Finding finding;
    finding.seeds = std::min(over_small.n, over_large.n);
    if (over_small.identical || over_large.identical) {
        finding.if_undecided.reason = ClaimReason::identical_seeds;
        return finding;
    }
    finding.p_supported = std::max(over_small.p_greater, over_large.p_greater);
    const double beaten = std::min(1.0, 2 * std::min(over_small.p_less, over_large.p_less));
    const double below_small = two_one_sided_tests(over_small, margin).p;
    const double below_large = two_one_sided_tests(over_large, margin).p;
    const double equivalent = std::max(below_small, below_large);
    finding.p_negligible = std::min(below_small, below_large);
    finding.p_contradicted = std::min(beaten, equivalent);
    finding.support_rests_on = {"medium_less_small", "medium_less_large"};
    if (beaten <= equivalent) {
        finding.contradiction_rests_on = {
            over_small.p_less <= over_large.p_less ? "medium_less_small" : "medium_less_large"};
        finding.if_contradicted = {SweetSpot::beaten,
                                   over_small.p_less <= over_large.p_less ? "small" : "large"};
    } else {
        finding.contradiction_rests_on = finding.support_rests_on;
        finding.if_contradicted = {ClaimReason::negligible};
    }
    return finding;
}

}  // namespace

const ClaimKind& SweetSpot::kind() {
    static const ClaimKind kind =
        claim_kind_of<SweetSpot>("sweet_spot", ClaimChart::accuracy_by_batch_size,
                                 {
                                     setting("small", &SweetSpot::small),
                                     setting("medium", &SweetSpot::medium),
                                     setting("large", &SweetSpot::large),
                                     setting("margin", &SweetSpot::margin, Between{.above = 0}),
                                 });
    return kind;
}

const ClaimReason SweetSpot::beaten{"beaten", [](const Because& because, const Phrases& phrases) {
                                        return phrases("{} are better",
                                                       group_text(because.name, phrases));
                                    }};

Finding SweetSpot::operator()(const Evidence& evidence) const {
    const ComparedGroups compared =
        compared_groups(evidence.recipe, {{"small", small}, {"medium", medium}, {"large", large}});
    if (compared.missing) {
        return not_tested(*compared.missing);
    }
    const Performance performance = performance_of(evidence, margin);
    if (performance.missing) {
        return not_tested(*performance.missing);
    }
    const double confidence = evidence.margins.confidence;
    const std::vector<BySeed> means =
        means_of(compared, [&](const AnalyzedRun& run) { return performance.of(run); });
    const PairedComparison over_small =
        difference_of(means[1], means[0], confidence, performance.resolution);
    const PairedComparison over_large =
        difference_of(means[1], means[2], confidence, performance.resolution);
    if (std::min(over_small.n, over_large.n) < fewest_seeds) {
        return not_tested({ClaimReason::metric_missing, "out_of_sample"});
    }
    Finding finding = finding_against_both(over_small, over_large, performance.margin);
    const std::string& beats = finding.if_contradicted.name;  // empty where all are equivalent
    withhold_from_flattered(
        finding, compared, "medium",
        !beats.empty() ? beats : (compared.flattered.contains("small") ? "small" : "large"));
    finding.arms = arms_of(compared.groups);
    finding.numbers = {number("medium_less_small", performance.unit, over_small),
                       number("medium_less_large", performance.unit, over_large),
                       number("not_inferior_to_any", ClaimUnit::p_value,
                              not_inferior_to_any_p(compared.groups[1], evidence, performance)),
                       number("margin", performance.unit, performance.margin)};
    return finding;
}

}  // namespace batchscope
