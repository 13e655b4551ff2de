#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/runs/summary.hpp"
#include "analysis/statistics/fisher_exact.hpp"

namespace batchscope {

/// A learning rate tried at one batch size.
struct TriedRate {
    double learning_rate = unknown;                    ///< as configured, before scaling
    std::map<std::uint64_t, const AnalyzedRun*> runs;  ///< that count, by seed
    std::map<std::uint64_t, Standing> uncounted;       ///< the others, by seed
    double mean_validation_loss = unknown;             ///< of `runs`; NaN unless all seeds count
};

/// One batch size of a recipe: a run per seed.
struct Arm {
    std::int64_t batch_size = 0;
    std::map<std::uint64_t, const AnalyzedRun*> runs;  ///< that count, by seed
    /// The seeds without such a run, and why: of several learning rates that of the chosen one, or,
    /// where none could be chosen as each loses runs, of the first that this seed loses.
    std::map<std::uint64_t, Standing> uncounted;
    std::set<const AnalyzedRun*> sources;  ///< of all runs, whatever became of them
    // Where several learning rates were tried:
    std::vector<TriedRate> rates;    ///< ascending; else empty
    double best_rate = unknown;      ///< the one with the lowest mean validation loss
    bool best_rate_at_edge = false;  ///< the lowest or highest of those tried
    bool chosen_on_itself = false;   ///< too few seeds to leave one out
};

/// The runs of a study that differ in batch size and seed alone, so that a difference between them
/// is the batch size's; where several learning rates were tried at a batch size, the rate is tuned
/// at each.
struct Recipe {
    std::map<std::string, AttributeValue> axes;  ///< the other axes
    std::string name;          ///< "learning_rate_scaling linear"; empty for the only recipe
    bool tuned = false;        ///< several learning rates: the best at each batch size
    bool equal_trials = true;  ///< as many learning rates at every batch size
    std::vector<Arm> arms;     ///< all that were tried, by batch size; one may have no run
};

/// The recipes of a study, in the order of their axes.
///
/// The learning rate of (batch size, seed s) is the one with the lowest mean validation loss over
/// the *other* seeds (leave one seed out), so that a lucky seed does not choose the rate it is
/// judged at; of a rate at which any of these runs does not count (diverged, say) the mean is
/// unknown and it is not chosen. Where the chosen rate has no counted run of seed s, the arm lacks
/// this seed, and has lost it where that run is lost (standing.hpp). With one seed the choice is
/// made on itself and marked. Where no validation loss is known nothing can be tuned: each rate is
/// a recipe of its own.
[[nodiscard]] std::vector<Recipe> recipes_of(const StudySummary& study);

/// The arm of a batch size; nullptr where there is none.
[[nodiscard]] const Arm* arm_at(const Recipe& recipe, std::int64_t batch_size);

/// How many runs of an arm, or of a rate, are lost or unfinished, by why.
[[nodiscard]] Standings uncounted_of(const Arm& arm);
[[nodiscard]] Standings uncounted_of(const TriedRate& rate);

/// The runs of an arm that say something of it: those that count or are lost.
[[nodiscard]] std::int64_t tried_runs(const Arm& arm);
[[nodiscard]] std::int64_t lost_runs(const Arm& arm);
[[nodiscard]] bool loses_runs(const Arm& arm);

/// Whether both hold the very same runs, at least one: two recipes share a batch size.
[[nodiscard]] bool are_the_same_runs(const Arm& a, const Arm& b);

/// Those of both.
[[nodiscard]] LostRuns lost_runs_of(const Arm& arm, const Arm& reference);

/// The seeds that all of `arms` have, ascending.
[[nodiscard]] std::vector<std::uint64_t> common_seeds(const std::vector<const Arm*>& arms);

}  // namespace batchscope
