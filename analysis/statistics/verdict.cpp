#include "analysis/statistics/verdict.hpp"

#include <algorithm>
#include <stdexcept>

#include "analysis/statistics/interval.hpp"
#include "analysis/statistics/multiple_comparisons.hpp"
#include "analysis/statistics/power.hpp"

namespace batchscope {

namespace {

void settle(Judgement& judgement, double mean, double alpha) {
    const bool differs = judgement.p_difference < alpha;
    const bool is_equivalent = judgement.p_equivalence < alpha;
    if (is_equivalent) {
        judgement.verdict = Verdict::equivalent;
        judgement.reason = differs ? Reason::different_but_negligible : Reason::within_margin;
    } else if (differs) {
        judgement.verdict = mean > 0 ? Verdict::better : Verdict::worse;
        judgement.reason = Reason::different;
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

std::vector<Judgement> judge(std::span<const PairedComparison> family, double margin,
                             double alpha) {
    if (!(alpha > 0 && alpha < 1) || !(margin > 0 && std::isfinite(margin))) {
        throw std::invalid_argument("a family needs a level in (0, 1) and a margin above 0");
    }
    std::vector<Judgement> judgements;
    std::vector<double> p_difference;
    std::vector<double> p_equivalence;
    std::int64_t tested = 0;
    for (const PairedComparison& comparison : family) {
        Judgement judgement;
        judgement.equivalence = two_one_sided_tests(comparison, margin);
        p_difference.push_back(NAN);
        p_equivalence.push_back(NAN);
        if (comparison.n < fewest_seeds) {
            judgement.reason = Reason::too_few_seeds;
        } else if (comparison.identical) {
            judgement.reason = Reason::identical_seeds;
        } else {
            p_difference.back() = comparison.p_two_sided;
            p_equivalence.back() = judgement.equivalence.p;
            ++tested;
        }
        judgements.push_back(judgement);
    }
    const AdjustedPairs adjusted = adjusted_exclusive_pairs(p_difference, p_equivalence);
    for (std::size_t i = 0; i < judgements.size(); ++i) {
        judgements[i].tested = tested;
        judgements[i].p_difference = adjusted.first[i];
        judgements[i].p_equivalence = adjusted.second[i];
        settle(judgements[i], family[i].mean, alpha);
    }
    return judgements;
}

std::vector<Decision> decide(std::span<const PairedComparison> family, double margin,
                             double alpha) {
    std::vector<Decision> decisions;
    for (const Judgement& judgement : judge(family, margin, alpha)) {
        Decision decision;
        static_cast<Judgement&>(decision) = judgement;
        decision.comparison = family[decisions.size()];
        const double level_of_each =
            alpha / static_cast<double>(std::max<std::int64_t>(decision.tested, 1));
        add_what_could_be_seen(decision, margin, level_of_each);
        decisions.push_back(decision);
    }
    return decisions;
}

}  // namespace batchscope
