#include "analysis/statistics/verdict.hpp"

#include <algorithm>
#include <stdexcept>

#include "analysis/statistics/interval.hpp"
#include "analysis/statistics/multiple_comparisons.hpp"
#include "analysis/statistics/power.hpp"

namespace batchscope {

namespace {

void settle(Decision& decision, double alpha) {
    const bool differs = decision.p_difference < alpha;
    const bool is_equivalent = decision.p_equivalence < alpha;
    if (is_equivalent) {
        decision.verdict = Verdict::equivalent;
        decision.reason = differs ? Reason::different_but_negligible : Reason::within_margin;
    } else if (differs) {
        decision.verdict = decision.comparison.mean > 0 ? Verdict::better : Verdict::worse;
        decision.reason = Reason::different;
    }
}

void add_what_could_be_seen(Decision& decision, double margin, double alpha) {
    const PairedComparison& comparison = decision.comparison;
    if (std::isnan(comparison.standard_error)) {
        return;
    }
    decision.simultaneous_half_width =
        student_quantile(1 - alpha, comparison.degrees_of_freedom) * comparison.standard_error;
    decision.minimum_detectable_effect = minimum_detectable_effect(comparison, alpha);
    const auto to_differ = seeds_to_detect(comparison, margin, alpha);
    const auto to_be_equivalent = seeds_to_show_equivalence(comparison, margin, alpha);
    if (to_differ && to_be_equivalent) {
        decision.seeds_to_decide = std::max({*to_differ, *to_be_equivalent, fewest_seeds});
    }
}

}  // namespace

std::vector<Decision> decide(std::span<const PairedComparison> family, double margin,
                             double alpha) {
    if (!(alpha > 0 && alpha < 1) || !(margin > 0 && std::isfinite(margin))) {
        throw std::invalid_argument("a family needs a level in (0, 1) and a margin above 0");
    }
    std::vector<Decision> decisions;
    std::vector<double> p_difference;
    std::vector<double> p_equivalence;
    std::int64_t tested = 0;
    for (const PairedComparison& comparison : family) {
        Decision decision;
        decision.comparison = comparison;
        decision.equivalence = two_one_sided_tests(comparison, margin);
        p_difference.push_back(NAN);
        p_equivalence.push_back(NAN);
        if (comparison.n < fewest_seeds) {
            decision.reason = Reason::too_few_seeds;
        } else if (comparison.identical) {
            decision.reason = Reason::identical_seeds;
        } else {
            p_difference.back() = comparison.p_two_sided;
            p_equivalence.back() = decision.equivalence.p;
            ++tested;
        }
        decisions.push_back(decision);
    }
    p_difference = holm_adjusted(p_difference);
    p_equivalence = holm_adjusted(p_equivalence);
    const double level_of_each = alpha / static_cast<double>(std::max<std::int64_t>(tested, 1));
    for (std::size_t i = 0; i < decisions.size(); ++i) {
        decisions[i].tested = tested;
        decisions[i].p_difference = p_difference[i];
        decisions[i].p_equivalence = p_equivalence[i];
        settle(decisions[i], alpha);
        add_what_could_be_seen(decisions[i], margin, level_of_each);
    }
    return decisions;
}

}  // namespace batchscope
