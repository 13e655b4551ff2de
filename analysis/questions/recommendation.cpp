#include "analysis/questions/recommendation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/statistics/equivalence.hpp"
#include "analysis/statistics/multiple_comparisons.hpp"
#include "analysis/statistics/power.hpp"

namespace batchscope {

namespace {

double final_loss(const AnalyzedRun& run) {
    return run.figures.validation_loss;
}

/// Builds the answer step by step; candidates and their arms have the same indices.
class Recommender {
  public:
    Recommender(const std::vector<Recipe>& recipes, const Margins& margins)
        : recipes_(recipes), margins_(margins) {
        for (std::size_t recipe = 0; recipe < recipes.size(); ++recipe) {
            for (const Arm& arm : recipes[recipe].arms) {
                add(recipe, arm);
            }
        }
    }

    [[nodiscard]] Recommendation answer() {
        result_.status = choose_best();
        if (result_.best) {
            judge_others();
            result_.status = choose_fastest();
        }
        if (result_.fastest) {
            look_for_changes();
            add_targets();
            add_cautions();
        }
        return std::move(result_);
    }

  private:
    void add(std::size_t recipe, const Arm& arm) {
        for (std::size_t i = 0; i < arms_.size(); ++i) {
            if (!arm.runs.empty() && arms_[i]->runs == arm.runs) {
                result_.candidates[i].same_as.push_back(recipe);
                return;
            }
        }
        Candidate candidate;
        candidate.recipe = recipe;
        candidate.batch_size = arm.batch_size;
        candidate.tried = tried_runs(arm);
        candidate.counted = std::ssize(arm.runs);
        std::vector<double> losses;
        std::vector<double> log_seconds;
        for (const auto& [seed, run] : arm.runs) {
            losses.push_back(final_loss(*run));
            log_seconds.push_back(std::log(run->figures.training_seconds));
        }
        const auto all_finite = [](const std::vector<double>& values) {
            return std::all_of(values.begin(), values.end(),
                               [](double value) { return std::isfinite(value); });
        };
        if (all_finite(log_seconds)) {
            candidate.seconds = std::exp(mean_of(log_seconds));
        }
        if (arm.runs.empty()) {
            candidate.standing = CandidateStanding::no_runs;
        } else if (!all_finite(losses)) {
            candidate.standing = CandidateStanding::no_loss;
        } else {
            candidate.validation_loss = estimate_mean(losses, margins_.confidence);
            candidate.standing =
                candidate.counted < candidate.tried
                    ? CandidateStanding::loses_runs
                    : (candidate.counted < fewest_seeds ? CandidateStanding::too_few_seeds
                                                        : CandidateStanding::not_shown);
        }
        result_.candidates.push_back(std::move(candidate));
        arms_.push_back(&arm);
    }

    [[nodiscard]] std::int64_t count(CandidateStanding standing) const {
        return std::count_if(result_.candidates.begin(), result_.candidates.end(),
                             [standing](const Candidate& c) { return c.standing == standing; });
    }

    /// Sets `best`, or says why there is none.
    RecommendationStatus choose_best() {
        const auto all = std::ssize(result_.candidates);
        const auto without_runs = count(CandidateStanding::no_runs);
        if (without_runs == all) {
            return RecommendationStatus::no_runs;
        }
        if (count(CandidateStanding::no_loss) + without_runs == all) {
            return RecommendationStatus::no_validation_loss;
        }
        const std::vector<std::vector<double>> losses = loss_matrix();
        const SelectionMatrix by_loss{losses, Better::smaller};
        result_.optimism = selection_optimism(by_loss, by_loss, margins_.confidence);
        for (std::size_t i = 0; i < result_.candidates.size(); ++i) {
            const Candidate& candidate = result_.candidates[i];
            const bool is_lowest =
                !result_.best || candidate.validation_loss.mean <
                                     result_.candidates[*result_.best].validation_loss.mean;
            if (candidate.standing == CandidateStanding::not_shown && is_lowest) {
                result_.best = i;
            }
        }
        if (!result_.best) {
            return count(CandidateStanding::too_few_seeds) == 0
                       ? RecommendationStatus::all_lose_runs
                       : RecommendationStatus::too_few_seeds;
        }
        if (all - without_runs < 2) {
            result_.candidates[*result_.best].standing = CandidateStanding::best;
            result_.best.reset();
            return RecommendationStatus::one_candidate;
        }
        return RecommendationStatus::recommended;
    }

    /// On the seeds that all candidates have that could be chosen; NaN for the others.
    [[nodiscard]] std::vector<std::vector<double>> loss_matrix() const {
        const auto may_be_chosen = [this](std::size_t i) {
            return result_.candidates[i].standing == CandidateStanding::not_shown;
        };
        std::vector<const Arm*> choice;
        for (std::size_t i = 0; i < arms_.size(); ++i) {
            if (may_be_chosen(i)) {
                choice.push_back(arms_[i]);
            }
        }
        const std::vector<std::uint64_t> seeds = common_seeds(choice);
        std::vector<std::vector<double>> losses;
        for (std::size_t i = 0; i < arms_.size(); ++i) {
            std::vector<double>& row = losses.emplace_back(seeds.size(), unknown);
            for (std::size_t s = 0; may_be_chosen(i) && s < seeds.size(); ++s) {
                row[s] = final_loss(*arms_[i]->runs.at(seeds[s]));
            }
        }
        return losses;
    }

    void judge_others() {
        const std::size_t best = *result_.best;
        result_.candidates[best].standing = CandidateStanding::best;
        std::vector<double> p(arms_.size(), unknown);
        for (std::size_t i = 0; i < arms_.size(); ++i) {
            Candidate& candidate = result_.candidates[i];
            if (i == best || candidate.validation_loss.n == 0) {
                continue;
            }
            candidate.above_best = paired_comparison(
                seed_differences(*arms_[i], *arms_[best], Budget{}, &History::validation_loss)
                    .values,
                margins_.confidence);
            candidate.log_seconds = log_seconds_ratio(*arms_[i], *arms_[best]);
            if (candidate.standing != CandidateStanding::not_shown) {
                continue;
            }
            if (candidate.above_best.n < fewest_seeds) {
                candidate.standing = CandidateStanding::too_few_seeds;
            } else if (candidate.above_best.identical) {
                candidate.standing = CandidateStanding::identical_seeds;
            } else {
                p[i] = p_not_above(candidate.above_best);
            }
        }
        conclude(holm_adjusted(p));
    }

    /// Small if the loss is above that of the best by less than the margin.
    [[nodiscard]] double p_not_above(const PairedComparison& above) const {
        PairedComparison below = above;
        below.mean = -above.mean;
        below.t = -above.t;
        return non_inferiority_p(below, margins_.loss);
    }

    void conclude(const std::vector<double>& adjusted) {
        const auto tested = std::count_if(adjusted.begin(), adjusted.end(),
                                          [](double p) { return !std::isnan(p); });
        for (std::size_t i = 0; i < adjusted.size(); ++i) {
            Candidate& candidate = result_.candidates[i];
            candidate.p_not_worse = adjusted[i];
            if (std::isnan(adjusted[i])) {
                continue;
            }
            if (adjusted[i] < margins_.alpha()) {
                candidate.standing = CandidateStanding::not_worse;
            } else if (candidate.above_best.mean > margins_.loss) {
                candidate.standing = CandidateStanding::looks_worse;
            } else {
                // The one-sided test at a level is half of the two-sided one at twice that level.
                candidate.seeds_to_show =
                    seeds_to_detect(candidate.above_best, margins_.loss,
                                    2 * margins_.alpha() / static_cast<double>(tested));
            }
        }
    }

    [[nodiscard]] PairedComparison log_seconds_ratio(const Arm& arm, const Arm& reference) const {
        std::vector<double> ratios;
        for (const std::uint64_t seed : common_seeds({&arm, &reference})) {
            const double ratio = std::log(arm.runs.at(seed)->figures.training_seconds) -
                                 std::log(reference.runs.at(seed)->figures.training_seconds);
            if (std::isfinite(ratio)) {
                ratios.push_back(ratio);
            }
        }
        return paired_comparison(ratios, margins_.confidence);
    }

    [[nodiscard]] bool qualifies(std::size_t i) const {
        const CandidateStanding standing = result_.candidates[i].standing;
        return standing == CandidateStanding::best || standing == CandidateStanding::not_worse;
    }

    /// Those not worse than the best, ascending in seconds.
    [[nodiscard]] std::vector<std::size_t> qualified() const {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < arms_.size(); ++i) {
            if (qualifies(i)) {
                found.push_back(i);
            }
        }
        std::stable_sort(found.begin(), found.end(), [this](std::size_t a, std::size_t b) {
            return result_.candidates[a].seconds < result_.candidates[b].seconds;
        });
        return found;
    }

    RecommendationStatus choose_fastest() {
        std::vector<const AnalyzedRun*> runs;
        for (std::size_t i = 0; i < arms_.size(); ++i) {
            if (!qualifies(i)) {
                continue;
            }
            if (std::isnan(result_.candidates[i].seconds)) {
                return RecommendationStatus::seconds_unknown;
            }
            for (const auto& [seed, run] : arms_[i]->runs) {
                runs.push_back(run);
            }
        }
        if (on_different_machines(runs)) {
            return RecommendationStatus::different_machines;
        }
        const std::vector<std::size_t> order = qualified();
        result_.fastest = order[0];
        if (order.size() > 1) {
            result_.runner_up = order[1];
        }
        return RecommendationStatus::recommended;
    }

    void look_for_changes() {
        for (std::size_t i = 0; i < arms_.size(); ++i) {
            const Candidate& candidate = result_.candidates[i];
            const bool is_open = candidate.standing == CandidateStanding::not_shown ||
                                 candidate.standing == CandidateStanding::too_few_seeds;
            if (is_open && candidate.seconds < result_.candidates[*result_.fastest].seconds) {
                result_.could_replace.push_back(i);
            }
        }
        std::stable_sort(result_.could_replace.begin(), result_.could_replace.end(),
                         [this](std::size_t a, std::size_t b) {
                             return result_.candidates[a].seconds < result_.candidates[b].seconds;
                         });
    }

    void add_targets() {
        std::vector<std::size_t> candidates = qualified();
        std::vector<const Arm*> arms;
        for (const std::size_t i : candidates) {
            arms.push_back(arms_[i]);
        }
        for (const Target& target : choose_targets(arms)) {
            FastestToTarget found{target, std::nullopt, unknown};
            for (const std::size_t i : candidates) {
                const TimesToTarget times = times_to_target(*arms_[i], target, margins_.confidence);
                const double seconds = times.typical[ClockIndex::seconds].median;
                const bool is_fewer = !found.candidate || seconds < found.seconds;
                if (times.enough() && std::isfinite(seconds) && is_fewer) {
                    found.candidate = i;
                    found.seconds = seconds;
                }
            }
            result_.to_targets.push_back(found);
        }
    }

    void add_cautions() {
        const auto add_if = [this](bool applies, Caution caution) {
            if (applies) {
                result_.cautions.push_back(caution);
            }
        };
        const std::size_t fastest = *result_.fastest;
        const std::size_t best = *result_.best;
        // The p of a comparison without a t is NaN: not shown.
        add_if(
            fastest != best && !(result_.candidates[fastest].log_seconds.p_less < margins_.alpha()),
            Caution::speed_not_shown);
        const auto& [smallest, largest] = ends(fastest);
        add_if(arms_[fastest]->batch_size == smallest, Caution::smallest_batch_size);
        add_if(arms_[fastest]->batch_size == largest, Caution::largest_batch_size);
        const auto& [smallest_of_best, largest_of_best] = ends(best);
        add_if(arms_[best]->batch_size == smallest_of_best, Caution::best_at_smallest);
        add_if(arms_[best]->batch_size == largest_of_best, Caution::best_at_largest);
        add_if(arms_[fastest]->best_rate_at_edge, Caution::rate_at_edge);
        add_if(arms_[fastest]->chosen_on_itself, Caution::rate_chosen_on_itself);
        add_if(!recipes_[result_.candidates[fastest].recipe].equal_trials, Caution::unequal_trials);
    }

    /// The smallest and the largest batch size that was tried in the recipe of a candidate.
    [[nodiscard]] std::pair<std::int64_t, std::int64_t> ends(std::size_t candidate) const {
        const std::vector<Arm>& arms = recipes_[result_.candidates[candidate].recipe].arms;
        return {arms.front().batch_size, arms.back().batch_size};
    }

    const std::vector<Recipe>& recipes_;
    const Margins& margins_;
    std::vector<const Arm*> arms_;
    Recommendation result_;
};

}  // namespace

Recommendation recommend(const std::vector<Recipe>& recipes, const Margins& margins) {
    return Recommender(recipes, margins).answer();
}

}  // namespace batchscope
