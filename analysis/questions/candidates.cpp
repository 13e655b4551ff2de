#include "analysis/questions/candidates.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/questions/by_seed.hpp"
#include "analysis/questions/time_to_target.hpp"
#include "analysis/statistics/equivalence.hpp"
#include "analysis/statistics/multiple_comparisons.hpp"
#include "analysis/statistics/power.hpp"

namespace batchscope {

namespace {

bool all_finite(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(),
                       [](double value) { return std::isfinite(value); });
}

/// What the candidate can be before it is compared; not_shown if it is to be compared.
CandidateStanding standing_alone(const Candidate& candidate, const std::vector<double>& values) {
    const auto counted = std::ssize(values);
    if (counted < candidate.tried) {
        return CandidateStanding::loses_runs;
    }
    if (counted == 0) {
        return CandidateStanding::no_runs;
    }
    if (!all_finite(values)) {
        return CandidateStanding::no_loss;
    }
    return counted < fewest_seeds ? CandidateStanding::too_few_seeds : CandidateStanding::not_shown;
}

Estimate estimate_of_all(const std::vector<double>& values, double confidence) {
    return all_finite(values) ? estimate_mean(values, confidence) : Estimate{};
}

Candidate make_candidate(const Recipe& recipe, std::size_t index, const ChoiceMetric& metric,
                         double confidence) {
    const Arm& arm = recipe.arms[index];
    Candidate candidate;
    candidate.arm = index;
    candidate.batch_size = arm.batch_size;
    candidate.tried = tried_runs(arm);
    candidate.counted = std::ssize(arm.runs);
    candidate.uncounted = uncounted_of(arm);
    std::vector<double> losses;
    std::vector<double> accuracies;
    std::vector<double> log_seconds;
    for (const auto& [seed, run] : arm.runs) {
        losses.push_back(run->metrics.validation_loss);
        accuracies.push_back(run->metrics.validation_accuracy);
        log_seconds.push_back(std::log(run->metrics.training_seconds));
    }
    candidate.standing =
        standing_alone(candidate, metric.which == DecideBy::loss ? losses : accuracies);
    candidate.validation_loss = estimate_of_all(losses, confidence);
    candidate.validation_accuracy = estimate_of_all(accuracies, confidence);
    if (all_finite(log_seconds)) {
        candidate.seconds = std::exp(mean_of(log_seconds));
    }
    return candidate;
}

std::vector<Candidate> candidates_of(const std::vector<Recipe>& recipes, const ChoiceMetric& metric,
                                     double confidence) {
    std::vector<Candidate> candidates;
    for (std::size_t recipe = 0; recipe < recipes.size(); ++recipe) {
        for (std::size_t arm = 0; arm < recipes[recipe].arms.size(); ++arm) {
            const Arm& runs = recipes[recipe].arms[arm];
            const auto same =
                std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& known) {
                    return are_the_same_runs(arm_of(known, recipes), runs);
                });
            if (same == candidates.end()) {
                candidates.push_back(make_candidate(recipes[recipe], arm, metric, confidence));
                candidates.back().recipe = recipe;
            } else {
                same->same_as.push_back(recipe);
            }
        }
    }
    return candidates;
}

bool may_be_best(const Candidate& candidate) {
    return candidate.standing == CandidateStanding::not_shown;
}

/// The mean of the metric that decides, turned so that less is better.
double badness(const Candidate& candidate, const ChoiceMetric& metric) {
    return metric.which == DecideBy::loss ? candidate.validation_loss.mean
                                          : -candidate.validation_accuracy.mean;
}

std::optional<std::size_t> best_mean(const std::vector<Candidate>& candidates,
                                     const ChoiceMetric& metric) {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (may_be_best(candidates[i]) &&
            (!best || badness(candidates[i], metric) < badness(candidates[*best], metric))) {
            best = i;
        }
    }
    return best;
}

/// The arm of each candidate; nullptr of one that is not to be chosen.
std::vector<const Arm*> options_of(const std::vector<Candidate>& candidates,
                                   const std::vector<Recipe>& recipes) {
    std::vector<const Arm*> options;
    for (const Candidate& candidate : candidates) {
        options.push_back(may_be_best(candidate) ? &arm_of(candidate, recipes) : nullptr);
    }
    return options;
}

PairedComparison log_seconds_ratio(const Arm& arm, const Arm& reference, double confidence) {
    const auto log_seconds = [](const AnalyzedRun& run) {
        return std::log(run.metrics.training_seconds);
    };
    return difference_of(by_seed(arm, log_seconds), by_seed(reference, log_seconds), confidence,
                         resolution_of_log_seconds);
}

/// Small if it is worse than the other by less than the margin.
double p_not_above(const PairedComparison& above, double margin) {
    return non_inferiority_p(reversed(above), margin);
}

/// The test that a candidate passes last.
struct HardestTest {
    double p = unknown;  ///< NaN without a rival, and where a test cannot be done
    PairedComparison above;
    std::int64_t rivals = 0;
};

/// Against all rivals that have enough seeds in common.
HardestTest hardest_test(const Arm& arm, const std::vector<const Arm*>& rivals,
                         const ChoiceMetric& metric, double confidence) {
    HardestTest hardest;
    for (const Arm* rival : rivals) {
        if (rival == &arm) {
            continue;
        }
        const PairedComparison above = shortfall(arm, *rival, metric, confidence);
        if (above.n < fewest_seeds) {
            continue;
        }
        ++hardest.rivals;
        const double p = p_not_above(above, metric.margin);
        if (std::isnan(p)) {
            return {unknown, above, hardest.rivals};
        }
        if (!(p < hardest.p)) {
            hardest = {p, above, hardest.rivals};
        }
    }
    return hardest;
}

/// Sets the differences from the best, and what forbids a test.
void compare_with_best(Candidate& candidate, const Arm& arm, const Arm& best,
                       const ChoiceMetric& metric, double confidence) {
    if (&arm == &best) {
        return;
    }
    candidate.above_best = shortfall(arm, best, metric, confidence);
    candidate.log_seconds = log_seconds_ratio(arm, best, confidence);
    if (may_be_best(candidate) && candidate.above_best.n < fewest_seeds) {
        candidate.standing = CandidateStanding::too_few_seeds;
    }
}

/// The standing where there was no test to do.
CandidateStanding standing_untested(const HardestTest& test,
                                    const std::vector<Candidate>& candidates) {
    if (test.rivals > 0) {
        return CandidateStanding::identical_seeds;
    }
    const bool some_lack_seeds =
        std::any_of(candidates.begin(), candidates.end(), [](const Candidate& candidate) {
            return candidate.standing == CandidateStanding::too_few_seeds;
        });
    return some_lack_seeds ? CandidateStanding::not_shown : CandidateStanding::not_worse;
}

/// Decides on the candidates that are to be tested.
void test_all(std::vector<Candidate>& candidates, const std::vector<Recipe>& recipes,
              const ChoiceMetric& metric, const Margins& margins) {
    std::vector<const Arm*> rivals = options_of(candidates, recipes);
    std::erase(rivals, nullptr);
    std::vector<HardestTest> tests;
    std::vector<double> p;
    for (Candidate& candidate : candidates) {
        tests.push_back(may_be_best(candidate) ? hardest_test(arm_of(candidate, recipes), rivals,
                                                              metric, margins.confidence)
                                               : HardestTest{});
        p.push_back(tests.back().p);
        candidate.rivals = tests.back().rivals;
    }
    const std::vector<double> adjusted = holm_adjusted(p);
    const auto tested =
        std::count_if(p.begin(), p.end(), [](double value) { return !std::isnan(value); });
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        Candidate& candidate = candidates[i];
        candidate.p_not_worse = adjusted[i];
        if (!may_be_best(candidate)) {
            continue;
        }
        if (std::isnan(adjusted[i])) {
            candidate.standing = standing_untested(tests[i], candidates);
        } else if (adjusted[i] < margins.alpha()) {
            candidate.standing = CandidateStanding::not_worse;
        } else if (candidate.above_best.mean > metric.margin) {
            candidate.standing = CandidateStanding::looks_worse;
        } else {
            // A one-sided test at a level is the better half of a two-sided one at twice the level.
            candidate.seeds_to_show = seeds_to_detect(
                tests[i].above, metric.margin, 2 * margins.alpha() / static_cast<double>(tested));
        }
    }
}

}  // namespace

const Arm& arm_of(const Candidate& candidate, const std::vector<Recipe>& recipes) {
    return recipes[candidate.recipe].arms[candidate.arm];
}

Candidates judge_candidates(const std::vector<Recipe>& recipes, const ChoiceMetric& metric,
                            const Margins& margins) {
    Candidates candidates{candidates_of(recipes, metric, margins.confidence), std::nullopt, {}};
    candidates.best = best_mean(candidates.all, metric);
    if (!candidates.best) {
        return candidates;
    }
    candidates.optimism =
        optimism_of_choice(options_of(candidates.all, recipes), metric, margins.confidence);
    const Arm& best = arm_of(candidates.all[*candidates.best], recipes);
    for (Candidate& candidate : candidates.all) {
        compare_with_best(candidate, arm_of(candidate, recipes), best, metric, margins.confidence);
    }
    test_all(candidates.all, recipes, metric, margins);
    return candidates;
}

}  // namespace batchscope
