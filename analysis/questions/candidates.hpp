#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/questions/choice_metric.hpp"
#include "analysis/questions/larger_batch.hpp"
#include "analysis/questions/recipe.hpp"
#include "analysis/statistics/best_of.hpp"
#include "analysis/statistics/interval.hpp"
#include "analysis/statistics/paired_comparison.hpp"
#include "core/described.hpp"

namespace batchscope {

/// Whether a batch size of a recipe is shown not to be worse than any other, or why not.
enum class CandidateStanding {
    not_worse,        ///< than any other by the margin: shown
    not_shown,        ///< neither this nor the opposite; the mean is within the margin of the best
    looks_worse,      ///< not shown, and the mean is worse than the best by more than the margin
    too_few_seeds,    ///< fewer than three in common with the best
    identical_seeds,  ///< its differences from another do not vary: no test can tell
    loses_runs,       ///< of some nothing came: not to be chosen whatever the others say
    no_loss,          ///< a run has no value of the metric that decides
    no_runs,          ///< none is finished
};
BATCHSCOPE_DESCRIBE_ENUM(CandidateStanding, not_worse, not_shown, looks_worse, too_few_seeds,
                         identical_seeds, loses_runs, no_loss, no_runs)

/// One batch size of one recipe.
struct Candidate {
    std::size_t recipe = 0;  ///< index into the recipes given
    std::size_t arm = 0;     ///< index into its arms
    std::int64_t batch_size = 0;
    std::vector<std::size_t> same_as;     ///< other recipes that have the very same runs here
    std::int64_t tried = 0, counted = 0;  ///< runs, see tried_runs
    Standings uncounted;                  ///< the others, lost or unfinished
    CandidateStanding standing = CandidateStanding::no_runs;
    Estimate validation_loss, validation_accuracy;  ///< final
    /// How much worse than the best in the metric that decides (a loss: this - that of the best); n
    /// = 0 for the best itself.
    PairedComparison above_best;
    /// Others that it was tested against: that lose no run and have three seeds in common with it.
    /// Without one it is not worse if all others are ruled out (they lose runs, say), and not_shown
    /// if some lack seeds.
    std::int64_t rivals = 0;
    /// Of being worse than some rival by the margin or more: the largest p over the rivals. Holm
    /// over the candidates tested; NaN where it is not tested.
    double p_not_worse = unknown;
    /// Seeds at which the test that is hardest to pass would be passed with power 0.8 if there were
    /// no difference and the spread is as measured. Where not_shown; empty beyond a million.
    std::optional<std::int64_t> seeds_to_show;
    /// Seconds of training of a whole run, the geometric mean over seeds; NaN where one is unknown.
    double seconds = unknown;
    PairedComparison log_seconds;  ///< ln(seconds / those of the best), paired by seed
};
template <class Visitor>
constexpr void visit_fields(Type<Candidate> /*type*/, const Visitor& visit) {
    visit("recipe", &Candidate::recipe);
    visit("batch_size", &Candidate::batch_size);
    visit("same_as", &Candidate::same_as);
    visit("tried", &Candidate::tried);
    visit("counted", &Candidate::counted);
    visit("standing", &Candidate::standing);
    visit("validation_loss", &Candidate::validation_loss);
    visit("validation_accuracy", &Candidate::validation_accuracy);
    visit("above_best", &Candidate::above_best);
    visit("rivals", &Candidate::rivals);
    visit("p_not_worse_adjusted", &Candidate::p_not_worse);
    visit("seeds_to_show", &Candidate::seeds_to_show);
    visit("seconds", &Candidate::seconds);
    visit("log_seconds_against_best", &Candidate::log_seconds);
}

[[nodiscard]] const Arm& arm_of(const Candidate& candidate, const std::vector<Recipe>& recipes);

struct Candidates {
    std::vector<Candidate> all;  ///< by recipe, then batch size; the same runs once
    /// The best mean of the metric that decides among those with three seeds that lose no run. Of
    /// equals the first.
    std::optional<std::size_t> best;
    /// How much the choice of the best among so many flatters it (leave one seed out, on the seeds
    /// that all have).
    SelectionOptimism optimism;
};

/// Every batch size of every recipe against every other, by a final validation metric: one-sided
/// paired t tests of being worse by its margin or more. A candidate passes if all of its tests do
/// (intersection-union, Berger 1982), Holm over candidates. So the probability that any that
/// passes is in truth worse than some other by the margin is at most alpha, and the one with the
/// best mean must pass, too: tests against it alone would take a lucky one for the truth (with
/// three noisy seeds and five batch sizes, four of which are at the margin, in 28 % of studies).
[[nodiscard]] Candidates judge_candidates(const std::vector<Recipe>& recipes,
                                          const ChoiceMetric& metric, const Margins& margins);

}  // namespace batchscope
