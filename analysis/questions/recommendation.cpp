#include "analysis/questions/recommendation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace batchscope {

namespace {

std::int64_t count(const std::vector<Candidate>& candidates, CandidateStanding standing) {
    return std::count_if(candidates.begin(), candidates.end(),
                         [standing](const Candidate& c) { return c.standing == standing; });
}

RecommendationStatus why_no_best(const std::vector<Candidate>& candidates) {
    const auto without_runs = count(candidates, CandidateStanding::no_runs);
    if (without_runs == std::ssize(candidates)) {
        return RecommendationStatus::no_runs;
    }
    if (count(candidates, CandidateStanding::too_few_seeds) > 0) {
        return RecommendationStatus::too_few_seeds;
    }
    return count(candidates, CandidateStanding::no_loss) > 0
               ? RecommendationStatus::no_validation_loss
               : RecommendationStatus::all_lose_runs;
}

bool qualifies(const Candidate& candidate) {
    return candidate.standing == CandidateStanding::not_worse;
}

bool could_qualify(const Candidate& candidate) {
    return candidate.standing == CandidateStanding::not_shown ||
           candidate.standing == CandidateStanding::too_few_seeds;
}

/// The candidates that `applies` to, ascending in seconds; of equals the first first.
std::vector<std::size_t> by_seconds(const std::vector<Candidate>& candidates,
                                    bool (*applies)(const Candidate&)) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (applies(candidates[i]) && !std::isnan(candidates[i].seconds)) {
            found.push_back(i);
        }
    }
    std::stable_sort(found.begin(), found.end(), [&candidates](std::size_t a, std::size_t b) {
        return candidates[a].seconds < candidates[b].seconds;
    });
    return found;
}

/// Whether the seconds of those that qualify can be compared.
RecommendationStatus check_seconds(const std::vector<Candidate>& candidates,
                                   const std::vector<Recipe>& recipes) {
    std::vector<const AnalyzedRun*> runs;
    for (const Candidate& candidate : candidates) {
        if (!qualifies(candidate)) {
            continue;
        }
        if (std::isnan(candidate.seconds)) {
            return RecommendationStatus::seconds_unknown;
        }
        for (const auto& [seed, run] : arm_of(candidate, recipes).runs) {
            runs.push_back(run);
        }
    }
    return on_different_machines(runs) ? RecommendationStatus::different_machines
                                       : RecommendationStatus::recommended;
}

FastestToTarget fastest_to(const Target& target, const std::vector<std::size_t>& qualified,
                           const std::vector<Candidate>& candidates,
                           const std::vector<Recipe>& recipes, double confidence) {
    FastestToTarget fastest{target, std::nullopt, unknown};
    for (const std::size_t i : qualified) {
        const TimesToTarget times =
            times_to_target(arm_of(candidates[i], recipes), target, confidence);
        if (times.enough() && !times.typical[ClockIndex::seconds].resolved) {
            return {target, std::nullopt, unknown};  // it might be the fastest
        }
        const double seconds = times.typical[ClockIndex::seconds].median;
        if (times.enough() && std::isfinite(seconds) &&
            (!fastest.candidate || seconds < fastest.seconds)) {
            fastest.candidate = i;
            fastest.seconds = seconds;
        }
    }
    return fastest;
}

std::vector<FastestToTarget> fastest_to_targets(const std::vector<Candidate>& candidates,
                                                const std::vector<Recipe>& recipes,
                                                double confidence) {
    const std::vector<std::size_t> qualified = by_seconds(candidates, qualifies);
    std::vector<const Arm*> arms;
    for (const std::size_t i : qualified) {
        arms.push_back(&arm_of(candidates[i], recipes));
    }
    std::vector<FastestToTarget> fastest;
    for (const Target& target : choose_targets(arms)) {
        fastest.push_back(fastest_to(target, qualified, candidates, recipes, confidence));
    }
    return fastest;
}

std::vector<Caution> cautions_of(const Recommendation& recommendation,
                                 const std::vector<Recipe>& recipes, double alpha) {
    const Candidate& best = recommendation.candidates[*recommendation.best];
    const Candidate& fastest = recommendation.candidates[*recommendation.fastest];
    const auto is_smallest = [](const Candidate& candidate) { return candidate.arm == 0; };
    const auto is_largest = [&recipes](const Candidate& candidate) {
        return candidate.arm + 1 == recipes[candidate.recipe].arms.size();
    };
    const Arm& arm = arm_of(fastest, recipes);
    // The p of a comparison without a t is NaN: nothing is shown.
    const bool is_faster = fastest.log_seconds.p_less < alpha;
    const std::pair<bool, Caution> all_cautions[] = {
        {&fastest != &best && !is_faster, Caution::speed_not_shown},
        {is_smallest(fastest), Caution::smallest_batch_size},
        {is_largest(fastest), Caution::largest_batch_size},
        {is_smallest(best), Caution::best_at_smallest},
        {is_largest(best), Caution::best_at_largest},
        {arm.best_rate_at_edge, Caution::rate_at_edge},
        {arm.chosen_on_itself, Caution::rate_chosen_on_itself},
        {!recipes[fastest.recipe].equal_trials, Caution::unequal_trials}};
    std::vector<Caution> cautions;
    for (const auto& [applies, caution] : all_cautions) {
        if (applies) {
            cautions.push_back(caution);
        }
    }
    return cautions;
}

/// What is recommended against the best of the metric that did not decide; nothing where that is
/// not known, and where it is not shown to be worse.
std::optional<Disagreement> disagreement_of(const Recommendation& recommendation,
                                            const std::vector<Recipe>& recipes,
                                            const Margins& margins) {
    const DecideBy other =
        recommendation.decided_by == DecideBy::loss ? DecideBy::accuracy : DecideBy::loss;
    const ChoiceMetric metric = choice_metric(other, recipes, margins);
    const Candidates judged = judge_candidates(recipes, metric, margins);
    if (!judged.best || judged.best == recommendation.fastest) {
        return std::nullopt;
    }
    const auto arm_at = [&](std::size_t index) -> const Arm& {
        return arm_of(judged.all[index], recipes);
    };
    const PairedComparison worse = shortfall(arm_at(*recommendation.fastest), arm_at(*judged.best),
                                             metric, margins.confidence);
    return worse.n >= fewest_seeds && worse.mean > 0 && worse.p_two_sided < margins.alpha()
               ? std::optional(Disagreement{other, *judged.best, worse})
               : std::nullopt;
}

}  // namespace

Recommendation recommend(const std::vector<Recipe>& recipes, const Margins& margins,
                         DecideBy decide_by) {
    Candidates judged =
        judge_candidates(recipes, choice_metric(decide_by, recipes, margins), margins);
    Recommendation recommendation;
    recommendation.decided_by = decide_by;
    recommendation.candidates = std::move(judged.all);
    recommendation.best = judged.best;
    recommendation.optimism = std::move(judged.optimism);
    const std::vector<Candidate>& all = recommendation.candidates;
    if (!recommendation.best) {
        recommendation.status = why_no_best(all);
        return recommendation;
    }
    if (std::ssize(all) - count(all, CandidateStanding::no_runs) < 2) {
        recommendation.status = RecommendationStatus::one_candidate;
        return recommendation;
    }
    recommendation.status = check_seconds(all, recipes);
    if (recommendation.status != RecommendationStatus::recommended) {
        return recommendation;
    }
    const std::vector<std::size_t> qualified = by_seconds(all, qualifies);
    recommendation.could_replace = by_seconds(all, could_qualify);
    if (qualified.empty()) {
        recommendation.status = all[*recommendation.best].rivals == 0
                                    ? RecommendationStatus::too_few_seeds
                                    : RecommendationStatus::none_shown;
        return recommendation;
    }
    recommendation.fastest = qualified[0];
    if (qualified.size() > 1) {
        recommendation.runner_up = qualified[1];
    }
    std::erase_if(recommendation.could_replace, [&all, &qualified](std::size_t i) {
        return all[i].seconds >= all[qualified[0]].seconds;
    });
    recommendation.to_targets = fastest_to_targets(all, recipes, margins.confidence);
    recommendation.cautions = cautions_of(recommendation, recipes, margins.alpha());
    recommendation.disagreement = disagreement_of(recommendation, recipes, margins);
    return recommendation;
}

}  // namespace batchscope
