#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/questions/larger_batch.hpp"
#include "analysis/questions/recipe.hpp"
#include "analysis/statistics/best_of.hpp"
#include "analysis/statistics/interval.hpp"
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
    loses_runs,       ///< some diverged or collapsed: not to be chosen whatever the others say
    no_loss,          ///< a run has no validation loss
    no_runs,          ///< none is finished
};

/// One batch size of one recipe.
struct Candidate {
    const Arm* arm = nullptr;          ///< of the recipes given
    std::size_t recipe = 0;            ///< its index
    std::vector<std::size_t> same_as;  ///< other recipes that have the very same runs here
    std::int64_t tried = 0;            ///< see tried_runs; arm->runs are those that count
    CandidateStanding standing = CandidateStanding::no_runs;
    Estimate validation_loss{0, unknown, unknown, unknown};  ///< final
    PairedComparison above_best;   ///< this loss - that of the best; n = 0 for the best itself
    double p_not_worse = unknown;  ///< of being worse by the margin or more; Holm over those tested
    /// not_shown: seeds at which a candidate that is as good as the best would be shown not worse
    /// with power 0.8, if the spread is as measured. Empty beyond a million.
    std::optional<std::int64_t> seeds_to_show;
    /// Seconds of training of a whole run, the geometric mean over seeds; NaN where one is unknown.
    double seconds = unknown;
    PairedComparison log_seconds;  ///< ln(seconds / those of the best), paired by seed
};

struct Candidates {
    std::vector<Candidate> all;  ///< by recipe, then batch size; the same runs once
    /// The lowest mean validation loss among those with three seeds that lose no run. Of equals the
    /// first.
    std::optional<std::size_t> best;
    /// How much the choice of the best among so many flatters its loss (leave one seed out, on the
    /// seeds that all have). It makes the others' tests a little harder, not easier.
    SelectionOptimism optimism;
};

/// Every batch size of every recipe against the best, by final validation loss: one-sided paired t
/// tests of being worse by `margins.loss` or more, Holm over the candidates tested.
[[nodiscard]] Candidates judge_candidates(const std::vector<Recipe>& recipes,
                                          const Margins& margins);

}  // namespace batchscope
