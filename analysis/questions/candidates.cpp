#include "analysis/questions/candidates.hpp"

#include <algorithm>
#include <cmath>

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
CandidateStanding standing_alone(const Candidate& candidate, const std::vector<double>& losses) {
    const auto counted = std::ssize(losses);
    if (counted < candidate.tried) {
        return CandidateStanding::loses_runs;
    }
    if (counted == 0) {
        return CandidateStanding::no_runs;
    }
    if (!all_finite(losses)) {
        return CandidateStanding::no_loss;
    }
    return counted < fewest_seeds ? CandidateStanding::too_few_seeds : CandidateStanding::not_shown;
}

Candidate make_candidate(const Arm& arm, std::size_t recipe, double confidence) {
    Candidate candidate;
    candidate.arm = &arm;
    candidate.recipe = recipe;
    candidate.tried = tried_runs(arm);
    std::vector<double> losses;
    std::vector<double> log_seconds;
    for (const auto& [seed, run] : arm.runs) {
        losses.push_back(run->figures.validation_loss);
        log_seconds.push_back(std::log(run->figures.training_seconds));
    }
    candidate.standing = standing_alone(candidate, losses);
    if (all_finite(losses)) {
        candidate.validation_loss = estimate_mean(losses, confidence);
    }
    if (all_finite(log_seconds)) {
        candidate.seconds = std::exp(mean_of(log_seconds));
    }
    return candidate;
}

std::vector<Candidate> candidates_of(const std::vector<Recipe>& recipes, double confidence) {
    std::vector<Candidate> candidates;
    for (std::size_t recipe = 0; recipe < recipes.size(); ++recipe) {
        for (const Arm& arm : recipes[recipe].arms) {
            const auto same =
                std::find_if(candidates.begin(), candidates.end(), [&arm](const Candidate& known) {
                    return !arm.runs.empty() && known.arm->runs == arm.runs;
                });
            if (same == candidates.end()) {
                candidates.push_back(make_candidate(arm, recipe, confidence));
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

std::optional<std::size_t> lowest_loss(const std::vector<Candidate>& candidates) {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (may_be_best(candidates[i]) && (!best || candidates[i].validation_loss.mean <
                                                        candidates[*best].validation_loss.mean)) {
            best = i;
        }
    }
    return best;
}

SelectionOptimism optimism_of_best(const std::vector<Candidate>& candidates, double confidence) {
    std::vector<const Arm*> choice;
    for (const Candidate& candidate : candidates) {
        if (may_be_best(candidate)) {
            choice.push_back(candidate.arm);
        }
    }
    const std::vector<std::uint64_t> seeds = common_seeds(choice);
    std::vector<std::vector<double>> losses;
    for (const Candidate& candidate : candidates) {
        std::vector<double>& row = losses.emplace_back(seeds.size(), unknown);
        for (std::size_t i = 0; may_be_best(candidate) && i < seeds.size(); ++i) {
            row[i] = candidate.arm->runs.at(seeds[i])->figures.validation_loss;
        }
    }
    const SelectionMatrix by_loss{losses, Better::smaller};
    return selection_optimism(by_loss, by_loss, confidence);
}

PairedComparison log_seconds_ratio(const Arm& arm, const Arm& reference, double confidence) {
    std::vector<double> ratios;
    for (const std::uint64_t seed : common_seeds({&arm, &reference})) {
        const double ratio = std::log(arm.runs.at(seed)->figures.training_seconds) -
                             std::log(reference.runs.at(seed)->figures.training_seconds);
        if (std::isfinite(ratio)) {
            ratios.push_back(ratio);
        }
    }
    return paired_comparison(ratios, confidence);
}

/// Small if the loss lies above that of the best by less than the margin.
double p_not_above(const PairedComparison& above_best, double margin) {
    PairedComparison below = above_best;
    below.mean = -above_best.mean;
    below.t = -above_best.t;
    return non_inferiority_p(below, margin);
}

/// Sets the figures against the best; returns the p of the test, NaN where there is none to do.
double compare_with_best(Candidate& candidate, const Arm& best, const Margins& margins) {
    candidate.above_best = paired_comparison(
        seed_differences(*candidate.arm, best, Budget{}, &History::validation_loss).values,
        margins.confidence);
    candidate.log_seconds = log_seconds_ratio(*candidate.arm, best, margins.confidence);
    if (candidate.standing != CandidateStanding::not_shown) {
        return unknown;
    }
    if (candidate.above_best.n < fewest_seeds) {
        candidate.standing = CandidateStanding::too_few_seeds;
        return unknown;
    }
    if (candidate.above_best.identical) {
        candidate.standing = CandidateStanding::identical_seeds;
        return unknown;
    }
    return p_not_above(candidate.above_best, margins.loss);
}

void conclude(std::vector<Candidate>& candidates, const std::vector<double>& adjusted,
              const Margins& margins) {
    const auto tested =
        std::count_if(adjusted.begin(), adjusted.end(), [](double p) { return !std::isnan(p); });
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        Candidate& candidate = candidates[i];
        candidate.p_not_worse = adjusted[i];
        if (std::isnan(adjusted[i])) {
            continue;
        }
        if (adjusted[i] < margins.alpha()) {
            candidate.standing = CandidateStanding::not_worse;
        } else if (candidate.above_best.mean > margins.loss) {
            candidate.standing = CandidateStanding::looks_worse;
        } else {
            // A one-sided test at a level is the better half of a two-sided one at twice the level.
            candidate.seeds_to_show =
                seeds_to_detect(candidate.above_best, margins.loss,
                                2 * margins.alpha() / static_cast<double>(tested));
        }
    }
}

}  // namespace

Candidates judge_candidates(const std::vector<Recipe>& recipes, const Margins& margins) {
    Candidates candidates{candidates_of(recipes, margins.confidence), std::nullopt, {}};
    candidates.best = lowest_loss(candidates.all);
    if (!candidates.best) {
        return candidates;
    }
    candidates.optimism = optimism_of_best(candidates.all, margins.confidence);
    Candidate& best = candidates.all[*candidates.best];
    best.standing = CandidateStanding::best;
    std::vector<double> p;
    for (Candidate& candidate : candidates.all) {
        p.push_back(&candidate == &best ? unknown
                                        : compare_with_best(candidate, *best.arm, margins));
    }
    conclude(candidates.all, holm_adjusted(p), margins);
    return candidates;
}

}  // namespace batchscope
