#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/questions/candidates.hpp"
#include "analysis/questions/time_to_target.hpp"
#include "core/described.hpp"

namespace batchscope {

enum class RecommendationStatus {
    recommended,
    no_runs,             ///< none is finished
    one_candidate,       ///< there is nothing to choose from
    no_validation_loss,  ///< nothing to choose by
    all_lose_runs,       ///< every candidate loses runs
    too_few_seeds,       ///< none that loses no run has three, in common with another
    none_shown,          ///< none is shown not to be worse than any other
    seconds_unknown,     ///< of one not worse
    different_machines,  ///< the seconds of those not worse cannot be compared
};
BATCHSCOPE_DESCRIBE_ENUM(RecommendationStatus, recommended, no_runs, one_candidate,
                         no_validation_loss, all_lose_runs, too_few_seeds, none_shown,
                         seconds_unknown, different_machines)

/// What makes a recommendation doubtful.
enum class Caution {
    speed_not_shown,        ///< not shown to be faster than the best at 1 - alpha (one-sided)
    smallest_batch_size,    ///< of its recipe
    largest_batch_size,     ///< of its recipe: a larger one might be faster still
    best_at_smallest,       ///< the best is the smallest of its recipe: a smaller might be better
    best_at_largest,        ///< the best is the largest of its recipe
    rate_at_edge,           ///< its best learning rate is the lowest or highest tried
    rate_chosen_on_itself,  ///< one seed chose its own rate
    unequal_trials,         ///< more rates were tried at some batch sizes of its recipe
};
BATCHSCOPE_DESCRIBE_ENUM(Caution, speed_not_shown, smallest_batch_size, largest_batch_size,
                         best_at_smallest, best_at_largest, rate_at_edge, rate_chosen_on_itself,
                         unequal_trials)

/// The fastest way to one target among those not worse than the best.
struct FastestToTarget {
    Target target;
    std::optional<std::size_t> candidate;  ///< of which enough reached it, with known seconds
    double seconds = unknown;              ///< its median, see TypicalTime
};
template <class Visitor>
constexpr void visit_fields(Type<FastestToTarget> /*type*/, const Visitor& visit) {
    visit("figure", [](const FastestToTarget& fastest) { return fastest.target.metric; });
    visit("value", [](const FastestToTarget& fastest) { return fastest.target.value; });
    visit("candidate", &FastestToTarget::candidate);
    visit("seconds", &FastestToTarget::seconds);
}

/// What is recommended is worse than another in the validation metric that did not decide.
struct Disagreement {
    DecideBy metric = DecideBy::accuracy;  ///< that one
    std::size_t better = 0;                ///< the candidate with the best mean of it
    PairedComparison shortfall;            ///< of what is recommended; tested two-sided, alone
};
BATCHSCOPE_DESCRIBE_STRUCT(Disagreement, metric, better, shortfall)

struct Recommendation {
    RecommendationStatus status = RecommendationStatus::no_runs;
    DecideBy decided_by = DecideBy::loss;
    std::vector<Candidate> candidates;     ///< by recipe, then batch size; the same runs once
    std::optional<std::size_t> best;       ///< index of the best in the metric, see Candidates
    SelectionOptimism optimism;            ///< of the choice of the best, see Candidates
    std::optional<std::size_t> fastest;    ///< recommended: the fewest seconds of those not worse
    std::optional<std::size_t> runner_up;  ///< the next one
    /// Neither shown not to be worse nor looking worse, and faster than the one recommended, if
    /// there is one: more seeds could put one of them in its place. Ascending in seconds.
    std::vector<std::size_t> could_replace;
    std::vector<FastestToTarget> to_targets;  ///< targets chosen from those not worse
    std::vector<Caution> cautions;
    std::optional<Disagreement> disagreement;
};
template <class Visitor>
constexpr void visit_fields(Type<Recommendation> /*type*/, const Visitor& visit) {
    visit("status", &Recommendation::status);
    visit("decided_by", &Recommendation::decided_by);
    visit("recommended", &Recommendation::fastest);
    visit("runner_up", &Recommendation::runner_up);
    visit("could_replace", &Recommendation::could_replace);
    visit("best", &Recommendation::best);
    visit("optimism", &Recommendation::optimism);
    visit("cautions", &Recommendation::cautions);
    visit("disagreement", &Recommendation::disagreement);
    visit("to_targets", &Recommendation::to_targets);
    visit("candidates", &Recommendation::candidates);
}

/// Over all recipes: the batch size whose whole run takes the fewest seconds of training among
/// those whose validation metric is not worse than any other's (see judge_candidates). Only
/// validation metrics and seconds choose. Of equals the first is taken.
[[nodiscard]] Recommendation recommend(const std::vector<Recipe>& recipes, const Margins& margins,
                                       DecideBy decide_by = DecideBy::loss);

}  // namespace batchscope
