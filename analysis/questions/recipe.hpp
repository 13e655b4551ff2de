#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/runs/summary.hpp"

namespace batchscope {

/// A learning rate tried at one batch size.
struct TriedRate {
    double learning_rate = unknown;                    ///< as configured, before scaling
    std::map<std::uint64_t, const AnalyzedRun*> runs;  ///< that count, by seed
    std::set<std::uint64_t> uncounted;      ///< seeds that diverged, collapsed, did not end
    double mean_validation_loss = unknown;  ///< of `runs`; NaN unless all seeds count
};

/// One batch size of a recipe: a run per seed.
struct Arm {
    std::int64_t batch_size = 0;
    std::map<std::uint64_t, const AnalyzedRun*> runs;  ///< that count, by seed
    std::map<Standing, std::int64_t> uncounted;        ///< how many others, by why
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
/// this seed. With one seed the choice is made on itself and marked. Where no validation loss is
/// known nothing can be tuned: each rate is a recipe of its own.
[[nodiscard]] std::vector<Recipe> recipes_of(const StudySummary& study);

/// The seeds that all of `arms` have, ascending.
[[nodiscard]] std::vector<std::uint64_t> common_seeds(const std::vector<const Arm*>& arms);

}  // namespace batchscope
