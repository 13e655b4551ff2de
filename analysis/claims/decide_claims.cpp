#include "analysis/claims/decide_claims.hpp"

#include <cmath>

#include "analysis/claims/claim_kind.hpp"
#include "analysis/statistics/multiple_comparisons.hpp"

namespace batchscope {

namespace {

/// Outcome and reason of a claim that was tested.
void settle(ClaimDecision& decision, const Finding& finding, double alpha) {
    const bool is_contradicted = decision.adjusted_p_contradicted < alpha;
    const bool is_significant = decision.adjusted_p_supported < alpha;
    const bool is_supported = is_significant && !(finding.p_negligible < alpha);
    if (finding.certain_contradiction && !finding.survivors_contradict) {
        decision.outcome = ClaimOutcome::contradicted;
        decision.because = *finding.certain_contradiction;
    } else if (is_supported && (finding.support_goes_first || !is_contradicted)) {
        decision.outcome =
            finding.survivors_support ? ClaimOutcome::undecided : ClaimOutcome::supported;
        decision.because = finding.survivors_support.value_or(finding.if_supported);
    } else if (is_contradicted) {
        decision.outcome =
            finding.survivors_contradict ? ClaimOutcome::undecided : ClaimOutcome::contradicted;
        decision.because = finding.survivors_contradict.value_or(finding.if_contradicted);
    } else {
        decision.outcome = ClaimOutcome::undecided;
        decision.because = finding.if_undecided;
        if (is_significant && finding.if_undecided.reason == ClaimReason::too_little_data) {
            decision.because = {ClaimReason::partly_negligible};
        }
    }
}

/// The numbers that a line about the outcome shows.
std::vector<std::string> rests_on(const ClaimDecision& decision, const Finding& finding) {
    const bool by_contradiction =
        decision.outcome == ClaimOutcome::contradicted ||
        (decision.outcome == ClaimOutcome::undecided &&
         decision.adjusted_p_contradicted < decision.adjusted_p_supported);
    const std::vector<std::string>& names =
        by_contradiction ? finding.contradiction_rests_on : finding.support_rests_on;
    if (names.empty() && !finding.numbers.empty()) {
        return {finding.numbers.front().name};
    }
    return names;
}

}  // namespace

std::vector<ClaimDecision> decide_claims(const Recipe& recipe, const std::string& out_of_sample,
                                         std::span<const Claim> claims, const Margins& margins,
                                         const ClaimInputs& inputs) {
    const Evidence evidence{recipe, out_of_sample, margins, inputs};
    std::vector<Finding> findings;
    std::vector<double> p_supported;
    std::vector<double> p_contradicted;
    std::int64_t tested = 0;
    for (const Claim& claim : claims) {
        findings.push_back(claim.rule(evidence));
        p_supported.push_back(findings.back().p_supported);
        p_contradicted.push_back(findings.back().p_contradicted);
        tested += std::isnan(p_supported.back()) ? 0 : 1;
    }
    const AdjustedPairs adjusted = adjusted_exclusive_pairs(p_supported, p_contradicted);
    std::vector<ClaimDecision> decisions;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        const Finding& finding = findings[i];
        ClaimDecision decision;
        decision.claim = claims[i].id;
        decision.shown_by = claims[i].kind->shown_by;
        const bool names_arms = !finding.arms.empty();
        decision.for_this_recipe =
            !is_tuned_fairly(recipe, names_arms ? finding.arms : judged_arms(recipe));
        decision.seeds = finding.seeds;
        decision.claims_tested = tested;
        decision.numbers = finding.numbers;
        decision.without = finding.without;
        decision.inside_schedule = finding.inside_schedule;
        if (finding.not_tested) {
            decision.because = *finding.not_tested;
        } else {
            decision.p_supported = finding.p_supported;
            decision.p_contradicted = finding.p_contradicted;
            decision.adjusted_p_supported = adjusted.first[i];
            decision.adjusted_p_contradicted = adjusted.second[i];
            settle(decision, finding, margins.alpha());
            decision.rests_on = rests_on(decision, finding);
        }
        decisions.push_back(std::move(decision));
    }
    return decisions;
}

}  // namespace batchscope
