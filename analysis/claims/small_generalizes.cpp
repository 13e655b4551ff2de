#include "analysis/claims/small_generalizes.hpp"

#include "analysis/claims/matched_gap_of_groups.hpp"
#include "analysis/statistics/interpolation.hpp"

namespace batchscope {

const ClaimKind& SmallGeneralizes::kind() {
    static const ClaimKind kind = claim_kind_of<SmallGeneralizes>(
        "small_generalizes", ClaimChart::paired_differences,
        {
            setting("small", &SmallGeneralizes::small),
            setting("large", &SmallGeneralizes::large),
            setting("margin", &SmallGeneralizes::margin, Between{.above = 0}),
        });
    return kind;
}

Finding SmallGeneralizes::operator()(const Evidence& evidence) const {
    const ComparedGroups compared =
        compared_groups(evidence.recipe, {{"small", small}, {"large", large}});
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
    const PairedComparison difference =
        difference_of(means[0], means[1], confidence, performance.resolution);
    if (difference.n < fewest_seeds) {
        return not_tested({ClaimReason::metric_missing, "out_of_sample"});
    }
    Finding finding = finding_of(difference, performance.margin);
    withhold_from_flattered(finding, compared, "small", "large");
    finding.arms = arms_of(compared.groups);
    finding.numbers = {number("small_less_large", performance.unit, difference),
                       number("small", performance.unit, comparison_of(means[0], 0, confidence)),
                       number("large", performance.unit, comparison_of(means[1], 0, confidence)),
                       number("margin", performance.unit, performance.margin)};
    const MatchedGapOfGroups gap = matched_gap_of_groups(compared, evidence);
    const PairedComparison read = gap.missing
                                      ? PairedComparison{}
                                      : difference_of(gap.by_group[0], gap.by_group[1], confidence);
    if (!gap.missing && is_resolved(gap.error, read.half_width, evidence.margins.loss)) {
        finding.numbers.push_back(number("small_less_large_matched_gap", ClaimUnit::nats,
                                         with_interpolation_error(read, gap.error)));
        finding.numbers.push_back(number("matched_train_loss", ClaimUnit::nats, gap.train_loss));
    }
    return finding;
}

}  // namespace batchscope
