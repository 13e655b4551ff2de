#include "analysis/statistics/verdict.hpp"

#include <algorithm>
#include <stdexcept>

#include "analysis/statistics/interval.hpp"
#include "analysis/statistics/multiple_comparisons.hpp"
#include "analysis/statistics/power.hpp"

namespace batchscope {

namespace {

/// The p of one comparison, before it is seen as one of a family; NaN: not tested.
struct OwnTests {
    double difference = NAN;
    double equivalence = NAN;
    /// What it says if its p of a difference is small.
    Verdict verdict = Verdict::undecided;
    Reason reason = Reason::different;
    Reason untested =
        Reason::too_little_data;  ///< why nothing is tested, or neither is significant
};

bool has_test(const PairedComparison& comparison) {
    return comparison.n >= fewest_seeds && !comparison.identical;
}

OwnTests tests_without_losses(const PairedComparison& comparison, double p_equivalence) {
    OwnTests tests;
    if (comparison.n < fewest_seeds) {
        tests.untested = Reason::too_few_seeds;
    } else if (comparison.identical) {
        tests.untested = Reason::identical_seeds;
    } else {
        tests.difference = comparison.p_two_sided;
        tests.equivalence = p_equivalence;
        tests.verdict = comparison.mean > 0 ? Verdict::better : Verdict::worse;
    }
    return tests;
}

/// Towards the one verdict that the losses leave, by survivors and by Fisher's test.
OwnTests tests_of_losses(const Compared& compared, double alpha) {
    const LostRuns& runs = compared.runs;
    const PairedComparison& difference = compared.difference;
    const FisherTest fisher = fisher_exact_test(runs);
    const bool setting_loses = runs.lost > 0;
    const bool reference_loses = runs.reference_lost > 0;
    OwnTests tests{.untested = Reason::loses_runs};
    if (setting_loses && reference_loses) {
        const bool more = fisher.p_more < fisher.p_fewer;
        tests.difference = std::min(1.0, 2 * std::min(fisher.p_more, fisher.p_fewer));
        tests.verdict = more ? Verdict::worse : Verdict::better;
        tests.reason = more ? Reason::loses_more : Reason::loses_fewer;
        return tests;
    }
    const double direction = setting_loses ? -1 : 1;
    const double p_of_losses = setting_loses ? fisher.p_more : fisher.p_fewer;
    const double smallest = setting_loses ? fisher.smallest_p_more : fisher.smallest_p_fewer;
    const bool can_tell = smallest < alpha;
    double p_of_survivors = NAN;
    if (has_test(difference)) {
        p_of_survivors = difference.mean * direction > 0 ? difference.p_two_sided : 1;
    }
    tests.verdict = setting_loses ? Verdict::worse : Verdict::better;
    if (!can_tell) {
        tests.difference = p_of_survivors;
    } else if (std::isnan(p_of_survivors)) {
        tests.difference = p_of_losses;
        tests.reason = setting_loses ? Reason::loses_more : Reason::loses_fewer;
    } else {
        tests.difference = std::min(1.0, 2 * std::min(p_of_survivors, p_of_losses));
        if (p_of_losses < p_of_survivors) {
            tests.reason = setting_loses ? Reason::loses_more : Reason::loses_fewer;
        }
    }
    return tests;
}

void settle(Judgement& judgement, const OwnTests& tests, double alpha) {
    const LostRuns& runs = judgement.runs;
    const bool differs = judgement.p_difference < alpha;
    const bool is_equivalent = judgement.p_equivalence < alpha;
    judgement.reason = tests.untested;
    if (runs.all() && runs.tried >= fewest_seeds && runs.reference_tried >= fewest_seeds &&
        runs.reference_lost == 0) {
        judgement.verdict = Verdict::worse;
        judgement.reason = Reason::all_lost;
    } else if (is_equivalent) {
        judgement.verdict = Verdict::equivalent;
        judgement.reason = differs ? Reason::different_but_negligible : Reason::within_margin;
    } else if (differs) {
        judgement.verdict = tests.verdict;
        judgement.reason = tests.reason;
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

std::vector<Judgement> judge(std::span<const Compared> family, double margin, double alpha) {
    if (!(alpha > 0 && alpha < 1) || !(margin > 0 && std::isfinite(margin))) {
        throw std::invalid_argument("a family needs a level in (0, 1) and a margin above 0");
    }
    std::vector<Judgement> judgements;
    std::vector<OwnTests> tests;
    std::vector<double> p_difference;
    std::vector<double> p_equivalence;
    std::int64_t tested = 0;
    for (const Compared& compared : family) {
        Judgement judgement;
        judgement.runs = compared.runs;
        judgement.equivalence = two_one_sided_tests(compared.difference, margin);
        tests.push_back(compared.runs.any()
                            ? tests_of_losses(compared, alpha)
                            : tests_without_losses(compared.difference, judgement.equivalence.p));
        p_difference.push_back(tests.back().difference);
        p_equivalence.push_back(tests.back().equivalence);
        tested += std::isnan(tests.back().difference) ? 0 : 1;
        judgements.push_back(judgement);
    }
    const AdjustedPairs adjusted = adjusted_exclusive_pairs(p_difference, p_equivalence);
    for (std::size_t i = 0; i < judgements.size(); ++i) {
        judgements[i].tested = tested;
        judgements[i].p_difference = adjusted.first[i];
        judgements[i].p_equivalence = adjusted.second[i];
        settle(judgements[i], tests[i], alpha);
    }
    return judgements;
}

std::vector<Decision> decide(std::span<const Compared> family, double margin, double alpha) {
    std::vector<Decision> decisions;
    for (const Judgement& judgement : judge(family, margin, alpha)) {
        Decision decision;
        static_cast<Judgement&>(decision) = judgement;
        decision.comparison = family[decisions.size()].difference;
        const double level_of_each =
            alpha / static_cast<double>(std::max<std::int64_t>(decision.tested, 1));
        add_what_could_be_seen(decision, margin, level_of_each);
        decisions.push_back(decision);
    }
    return decisions;
}

}  // namespace batchscope
