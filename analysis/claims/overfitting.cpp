#include "analysis/claims/overfitting.hpp"

#include <algorithm>

#include "analysis/claims/matched_gap_of_groups.hpp"
#include "analysis/claims/target.hpp"
#include "analysis/statistics/equivalence.hpp"
#include "analysis/statistics/interpolation.hpp"
#include "analysis/statistics/verdict.hpp"

namespace batchscope {

namespace {

/// Final validation loss less the lowest of the run; NaN where either is unknown.
double rise_of_loss(const AnalyzedRun& run) {
    const std::vector<double>& losses = run.history.validation_loss;
    return losses.empty() ? unknown : losses.back() - lowest_validation_loss(run);
}

bool all_are_zero(const BySeed& values) {
    return std::all_of(values.begin(), values.end(),
                       [](const auto& entry) { return entry.second == 0; });
}

/// Of a gap difference, with its interpolation error and as it was read, and of rises, both less
/// their margin where a bound is meant.
Finding finding_of_both(const PairedComparison& gap, const PairedComparison& gap_as_read,
                        double margin, const PairedComparison& rise_beyond) {
    Finding finding;
    finding.seeds = std::min(gap.n, rise_beyond.n);
    if (gap.identical || rise_beyond.identical) {
        finding.if_undecided.reason = ClaimReason::identical_seeds;
        return finding;
    }
    const double gap_grows = gap.mean > 0 ? gap.p_two_sided : 1;
    const double loss_rises = rise_beyond.mean > 0 ? rise_beyond.p_two_sided : 1;
    finding.p_supported = std::min(1.0, std::max(gap_grows, loss_rises));
    EquivalenceTest inside{.p_above = 1, .p_below = 1, .p = 1};
    if (margin > 0) {
        inside = two_one_sided_tests(gap_as_read, margin);
    }
    finding.p_negligible = inside.p;
    finding.p_contradicted = std::min(1.0, 2 * std::min(inside.p_below, rise_beyond.p_less));
    finding.support_rests_on = {"large_less_medium_matched_gap", "loss_rise"};
    finding.contradiction_rests_on = {
        inside.p_below <= rise_beyond.p_less ? "large_less_medium_matched_gap" : "loss_rise"};
    finding.if_contradicted = {
        Overfitting::bound_below_margin,
        inside.p_below <= rise_beyond.p_less ? "large_less_medium_matched_gap" : "loss_rise"};
    return finding;
}

/// Where the gap is not resolved nothing is supported, as that takes both; a rise that is shown to
/// be small contradicts without it.
Finding finding_of_rise(const PairedComparison& rise_beyond) {
    Finding finding;
    finding.seeds = rise_beyond.n;
    finding.if_undecided = {ClaimReason::not_resolved, "large_less_medium_matched_gap"};
    if (rise_beyond.identical) {
        return finding;
    }
    finding.p_supported = 1;
    finding.p_negligible = 1;
    finding.p_contradicted = std::min(1.0, 2 * rise_beyond.p_less);
    finding.contradiction_rests_on = {"loss_rise"};
    finding.if_contradicted = {Overfitting::bound_below_margin, "loss_rise"};
    return finding;
}

}  // namespace

const ClaimKind& Overfitting::kind() {
    static const ClaimKind kind = claim_kind_of<Overfitting>(
        "overfitting", ClaimChart::gap_by_batch_size,
        {
            setting("medium", &Overfitting::medium),
            setting("large", &Overfitting::large),
            setting("margin", &Overfitting::margin, Between{.above = 0}),
            setting("loss_rise", &Overfitting::loss_rise, Between{.above = 0}),
        });
    return kind;
}

const ClaimReason Overfitting::bound_below_margin{
    "bound_below_margin", [](const Because& /*because*/, const Phrases& phrases) {
        return phrases("the effect is shown to be smaller than the margin");
    }};

const ClaimReason Overfitting::never_rises{
    "never_rises", [](const Because& /*because*/, const Phrases& phrases) {
        return phrases("the validation loss of no run ends above its own minimum");
    }};

Finding Overfitting::operator()(const Evidence& evidence) const {
    const ComparedGroups compared =
        compared_groups(evidence.recipe, {{"medium", medium}, {"large", large}});
    if (compared.missing) {
        return not_tested(*compared.missing);
    }
    const MatchedGapOfGroups gap = matched_gap_of_groups(compared, evidence);
    if (gap.missing) {
        return not_tested(*gap.missing);
    }
    const double confidence = evidence.margins.confidence;
    const PairedComparison read = difference_of(gap.by_group[1], gap.by_group[0], confidence);
    const bool is_gap_resolved = is_resolved(gap.error, read.half_width, margin);
    const PairedComparison difference = with_interpolation_error(read, gap.error);
    const BySeed rises = mean_by_seed(compared.groups[1].arms, compared.seeds, rise_of_loss);
    const PairedComparison rise_beyond = comparison_of(rises, loss_rise, confidence);
    if (std::min(difference.n, rise_beyond.n) < fewest_seeds) {
        return not_tested({ClaimReason::metric_missing, "validation_loss"});
    }
    // An interval that holds the interpolation error lies inside the margin if the one without lies
    // inside what is left of it.
    Finding finding = is_gap_resolved
                          ? finding_of_both(difference, read, margin - gap.error, rise_beyond)
                          : finding_of_rise(rise_beyond);
    finding.inside_schedule = gap.inside_schedule;
    withhold_from_flattered(finding, compared, "medium", "large");
    if (all_are_zero(rises)) {
        finding.certain_contradiction = Because{Overfitting::never_rises};
    }
    finding.arms = arms_of(compared.groups);
    finding.numbers = {number("large_less_medium_matched_gap", ClaimUnit::nats,
                              is_gap_resolved ? difference : PairedComparison{}),
                       number("loss_rise", ClaimUnit::nats, comparison_of(rises, 0, confidence)),
                       number("matched_train_loss", ClaimUnit::nats, gap.train_loss),
                       number("margin", ClaimUnit::nats, margin),
                       number("loss_rise_margin", ClaimUnit::nats, loss_rise)};
    return finding;
}

}  // namespace batchscope
