#include "analysis/claims/finding.hpp"

#include <algorithm>

#include "analysis/statistics/equivalence.hpp"
#include "analysis/statistics/interpolation.hpp"

namespace batchscope {

Finding not_tested(Because because) {
    Finding finding;
    finding.not_tested = std::move(because);
    return finding;
}

Because Sides::why_contradicted() const {
    return {opposite <= equivalent ? ClaimReason::opposite : ClaimReason::negligible};
}

Sides sides_of(const PairedComparison& difference, double margin, double error) {
    Sides sides;
    if (std::isnan(difference.p_two_sided)) {
        return sides;
    }
    const double p = std::min(1.0, with_interpolation_error(difference, error).p_two_sided);
    sides.as_claimed = difference.mean > 0 ? p : 1;
    sides.opposite = difference.mean < 0 ? p : 1;
    const double inner_margin = margin - error;
    sides.equivalent = inner_margin > 0 ? two_one_sided_tests(difference, inner_margin).p : 1;
    return sides;
}

Finding finding_of(const PairedComparison& difference, double margin, double error) {
    const Sides sides = sides_of(difference, margin, error);
    Finding finding;
    finding.p_supported = sides.as_claimed;
    finding.p_contradicted = sides.contradicted();
    finding.p_negligible = sides.equivalent;
    finding.if_contradicted = sides.why_contradicted();
    if (difference.identical) {
        finding.if_undecided.reason = ClaimReason::identical_seeds;
    }
    finding.seeds = difference.n;
    return finding;
}

Finding agreement_of(std::span<const NamedDifference> differences, const std::string& prefix,
                     double margin, double alpha) {
    Finding finding;
    for (const auto& [name, difference, error] : differences) {
        finding.support_rests_on.push_back(prefix + name);
        finding.contradiction_rests_on.push_back(prefix + name);
    }
    bool any_supports = false;
    std::string contradicted;
    double all_support = 0;  // the largest p of all: an intersection-union test (Berger 1982)
    double all_contradict = 0;
    for (const auto& [name, difference, error] : differences) {
        const Sides sides = sides_of(difference, margin, error);
        if (difference.identical) {
            finding.if_undecided.reason = ClaimReason::identical_seeds;
        }
        if (std::isnan(sides.as_claimed)) {
            all_support = NAN;
            all_contradict = NAN;
            continue;
        }
        if (sides.contradicted() >= all_contradict) {
            finding.if_contradicted = sides.why_contradicted();
        }
        // std::max keeps a NaN that it has as its first argument.
        all_support = std::max(all_support, sides.as_claimed);
        all_contradict = std::max(all_contradict, sides.contradicted());
        finding.p_negligible = std::fmin(finding.p_negligible, sides.equivalent);
        finding.seeds = finding.seeds == 0 ? difference.n : std::min(finding.seeds, difference.n);
        if (sides.contradicted() < alpha) {
            contradicted = name;
        } else {
            any_supports = any_supports || sides.as_claimed < alpha;
        }
    }
    finding.p_supported = all_support;
    finding.p_contradicted = all_contradict;
    if (any_supports && !contradicted.empty()) {
        finding.if_undecided = {ClaimReason::measures_disagree, contradicted};
    }
    return finding;
}

ClaimNumber number(std::string name, ClaimUnit unit, double value, std::int64_t n) {
    return {std::move(name), unit, value, NAN, NAN, n};
}

ClaimNumber number(std::string name, ClaimUnit unit, const PairedComparison& comparison) {
    return {std::move(name),
            unit,
            comparison.mean,
            comparison.mean - comparison.half_width,
            comparison.mean + comparison.half_width,
            comparison.n};
}

}  // namespace batchscope
