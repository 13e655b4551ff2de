#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/questions/larger_batch.hpp"
#include "analysis/questions/recipe.hpp"
#include "analysis/questions/time_to_target.hpp"
#include "analysis/statistics/best_of.hpp"
#include "analysis/statistics/paired_comparison.hpp"

namespace batchscope {

/// How a batch size of a recipe stands to the best one.
enum class CandidateStanding {
    best,             ///< the lowest mean validation loss
    not_worse,        ///< than the best by the margin: shown
    not_shown,        ///< neither this nor the opposite; the mean lies within the margin
    looks_worse,      ///< the mean is worse by more than the margin
    too_few_seeds,    ///< fewer than three in common with the best
    identical_seeds,  ///< no test can tell
    loses_runs,       ///< some diverged or collapsed: not to be recommended whatever the others say
    no_loss,          ///< a run has no validation loss
    no_runs,          ///< none counts
};

/// One batch size of one recipe.
struct Candidate {
    std::size_t recipe = 0;
    std::int64_t batch_size = 0;
    std::vector<std::size_t> same_as;  ///< other recipes that have the very same runs here
    std::int64_t tried = 0, counted = 0;
    CandidateStanding standing = CandidateStanding::no_runs;
    Estimate validation_loss{};    ///< final
    PairedComparison above_best;   ///< this loss - that of the best; n = 0 for the best itself
    double p_not_worse = unknown;  ///< one-sided, of being worse by the margin or more; Holm
    /// not_shown: seeds at which a candidate that is as good as the best would be shown not worse
    /// with power 0.8, if the spread is as measured. Empty beyond a million.
    std::optional<std::int64_t> seeds_to_show;
    /// Seconds of training of a whole run, the geometric mean over seeds; NaN where one is unknown.
    double seconds = unknown;
    PairedComparison log_seconds;  ///< ln(seconds / those of the best), paired by seed
};

enum class RecommendationStatus {
    recommended,
    no_runs,             ///< none counts
    one_candidate,       ///< there is nothing to choose from
    no_validation_loss,  ///< nothing to choose by
    all_lose_runs,       ///< every candidate had a run that diverged or collapsed
    too_few_seeds,       ///< none has three
    seconds_unknown,     ///< of the best, or of one not worse
    different_machines,  ///< the seconds of those not worse cannot be compared
};

/// What makes a recommendation doubtful.
enum class Caution {
    speed_not_shown,        ///< not shown to be faster than the best at 1 - alpha (one-sided)
    smallest_batch_size,    ///< of the recipe: a smaller one might do as well
    largest_batch_size,     ///< of the recipe: a larger one might be faster still
    best_at_smallest,       ///< the best is the smallest batch size: a smaller one might be better
    best_at_largest,        ///< the best is the largest
    rate_at_edge,           ///< the best rate is the lowest or highest tried
    rate_chosen_on_itself,  ///< one seed chose its own rate
    unequal_trials,         ///< more rates were tried at some batch sizes than at others
};

/// The fastest way to one target among those not worse than the best.
struct FastestToTarget {
    Target target;
    std::optional<std::size_t> candidate;  ///< of which enough reached it, with known seconds
    double seconds = unknown;              ///< its median, see TypicalTime
};

struct Recommendation {
    RecommendationStatus status = RecommendationStatus::no_runs;
    std::vector<Candidate> candidates;   ///< by recipe, then batch size
    std::optional<std::size_t> best;     ///< the lowest mean validation loss
    std::optional<std::size_t> fastest;  ///< recommended: the fewest seconds of those not worse
    std::optional<std::size_t> runner_up;
    /// Faster than the one recommended, but not shown not to be worse, nor to look worse: more
    /// seeds could make one of them the recommended. Ascending in seconds.
    std::vector<std::size_t> could_replace;
    /// How much the choice of the best among so many flatters its validation loss (leave one seed
    /// out). Its inflation makes the others' test a little harder, not easier.
    SelectionOptimism optimism;
    std::vector<FastestToTarget> to_targets;  ///< chosen from those not worse
    std::vector<Caution> cautions;
};

/// Over all recipes: the fastest batch size whose validation loss is not worse than the best by
/// `margins.loss` or more (one-sided paired t tests, Holm over the candidates tested). Only
/// validation figures and seconds choose. A candidate without three seeds is never best while
/// another has them. Of equals the first is taken, by recipe, then batch size.
[[nodiscard]] Recommendation recommend(const std::vector<Recipe>& recipes, const Margins& margins);

}  // namespace batchscope
