#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/questions/larger_batch.hpp"
#include "analysis/questions/recipe.hpp"
#include "analysis/questions/time_to_target.hpp"
#include "analysis/statistics/verdict.hpp"
#include "core/described.hpp"

namespace batchscope {

/// What another batch size would change against the one in use, paired by seed. Intervals are for
/// each metric alone; the decisions hold together over all other batch sizes.
struct BatchSizeChange {
    std::int64_t batch_size = 0;
    double factor = unknown;  ///< batch size / the one in use: 0.5, 2, ...
    std::int64_t counted = 0, tried = 0;
    // At the end, in nats: this - the one in use.
    PairedComparison train_loss, validation_loss, gap_loss;
    // ln of the ratio to the one in use; their intervals are those of a ratio once exponentiated.
    PairedComparison log_seconds_per_step;
    PairedComparison log_seconds;       ///< of training of the whole run
    PairedComparison log_peak_memory;   ///< of the rank that used most
    std::vector<TimeRatio> to_targets;  ///< in the order of WhatIf::targets

    Decision loss_decision;        ///< better: a lower validation loss
    double p_not_worse = unknown;  ///< of a validation loss higher by the margin or more
    double p_faster = unknown;     ///< of seconds of the whole run that are not fewer
    /// Of not being both (the larger of the two, Berger 1982), Holm over the other batch sizes.
    double p_for_speed = unknown;
    LostRuns runs;              ///< here, and at the batch size in use
    bool loses_runs = false;    ///< of some nothing came: no reason to change to it
    bool is_for_loss = false;   ///< better in validation loss
    bool is_for_speed = false;  ///< not worse in validation loss, and faster
};
template <class Visitor>
constexpr void visit_fields(Type<BatchSizeChange> /*type*/, const Visitor& visit) {
    visit("batch_size", &BatchSizeChange::batch_size);
    visit("factor", &BatchSizeChange::factor);
    visit("counted", &BatchSizeChange::counted);
    visit("tried", &BatchSizeChange::tried);
    visit("train_loss", &BatchSizeChange::train_loss);
    visit("validation_loss", &BatchSizeChange::validation_loss);
    visit("gap_loss", &BatchSizeChange::gap_loss);
    visit("log_seconds_per_step", &BatchSizeChange::log_seconds_per_step);
    visit("log_seconds", &BatchSizeChange::log_seconds);
    visit("log_peak_memory", &BatchSizeChange::log_peak_memory);
    visit("log_seconds_to_targets", [](const BatchSizeChange& change) {
        std::vector<PairedComparison> seconds;
        for (const TimeRatio& ratio : change.to_targets) {
            seconds.push_back(ratio.log_ratio[ClockIndex::seconds]);
        }
        return seconds;
    });
    visit("validation_loss_decision", &BatchSizeChange::loss_decision);
    visit("p_not_worse", &BatchSizeChange::p_not_worse);
    visit("p_faster", &BatchSizeChange::p_faster);
    visit("p_not_worse_and_faster_adjusted", &BatchSizeChange::p_for_speed);
    visit("loses_runs", &BatchSizeChange::loses_runs);
    visit("is_better_in_loss", &BatchSizeChange::is_for_loss);
    visit("is_faster_and_not_worse", &BatchSizeChange::is_for_speed);
}

enum class WhatIfAnswer {
    keep,        ///< no other batch size is shown to be better, or faster and not worse
    change,      ///< one is: see for_loss and for_speed
    not_tested,  ///< see the reason
};
BATCHSCOPE_DESCRIBE_ENUM(WhatIfAnswer, keep, change, not_tested)

enum class WhatIfReason {
    none_is_better_or_faster,  ///< keep: every other is shown to be worse or slower
    nothing_shown,             ///< keep: of some the runs cannot tell
    better,                    ///< change: in validation loss
    faster,                    ///< change: not worse, and faster
    better_or_faster,          ///< change: there is one for each
    no_runs_in_use,            ///< not tested: the batch size in use has no run that counts
    no_other_batch_size,       ///< not tested
    too_few_seeds,             ///< not tested: none has three seeds in common with the one in use
};
BATCHSCOPE_DESCRIBE_ENUM(WhatIfReason, none_is_better_or_faster, nothing_shown, better, faster,
                         better_or_faster, no_runs_in_use, no_other_batch_size, too_few_seeds)

/// `--current B`: what would another batch size bring?
struct WhatIf {
    std::int64_t current = 0;
    WhatIfAnswer answer = WhatIfAnswer::not_tested;
    WhatIfReason reason = WhatIfReason::no_other_batch_size;
    std::vector<Target> targets;            ///< of the recipe, see choose_targets
    std::vector<BatchSizeChange> others;    ///< ascending
    std::vector<std::int64_t> not_in_grid;  ///< half and double the one in use, where not tried
    std::optional<std::size_t> for_loss;    ///< the lowest mean validation loss of those better
    std::optional<std::size_t> for_speed;   ///< the fastest of those faster and not worse
    bool different_machines = false;        ///< seconds are not compared, then, nor memory
};
BATCHSCOPE_DESCRIBE_STRUCT(WhatIf, current, answer, reason, not_in_grid, for_loss, for_speed,
                           different_machines, others)

/// Throws Error (configuration) unless `current` is a batch size of some recipe; names the nearest
/// ones.
void check_is_in_grid(std::int64_t current, const std::vector<Recipe>& recipes);

/// The answer for one recipe. Of a recipe without the batch size: not tested, no runs in use.
/// The differences of validation loss are one family, by the margin of the loss; the tests of being
/// faster and not worse by that margin are another; each keeps alpha, so a change without any
/// reason is advised in at most 2 alpha of studies.
[[nodiscard]] WhatIf what_if(const Recipe& recipe, std::int64_t current, const Margins& margins);

}  // namespace batchscope
