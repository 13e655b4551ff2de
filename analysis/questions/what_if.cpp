#include "analysis/questions/what_if.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/questions/by_seed.hpp"
#include "analysis/statistics/equivalence.hpp"
#include "analysis/statistics/multiple_comparisons.hpp"
#include "core/error.hpp"

namespace batchscope {

namespace {

using MetricMember = double FinalMetrics::*;

PairedComparison difference(const Arm& arm, const Arm& current, double confidence,
                            MetricMember metric) {
    const auto value = [metric](const AnalyzedRun& run) { return run.metrics.*metric; };
    return difference_of(by_seed(arm, value), by_seed(current, value), confidence);
}

/// ln of the ratio. A value of 0 is one that the system did not tell: its ln is not finite.
PairedComparison log_ratio(const Arm& arm, const Arm& current, double confidence,
                           MetricMember metric, double resolution = 0) {
    const auto value = [metric](const AnalyzedRun& run) { return std::log(run.metrics.*metric); };
    return difference_of(by_seed(arm, value), by_seed(current, value), confidence, resolution);
}

BatchSizeChange change_to(const Arm& arm, const Arm& current, const WhatIf& what_if,
                          double confidence) {
    BatchSizeChange change;
    change.batch_size = arm.batch_size;
    change.factor = static_cast<double>(arm.batch_size) / static_cast<double>(current.batch_size);
    change.counted = std::ssize(arm.runs);
    change.tried = tried_runs(arm);
    change.loses_runs = loses_runs(arm);
    change.runs = lost_runs_of(arm, current);
    change.train_loss = difference(arm, current, confidence, &FinalMetrics::train_loss);
    change.validation_loss = difference(arm, current, confidence, &FinalMetrics::validation_loss);
    change.gap_loss = difference(arm, current, confidence, &FinalMetrics::gap_loss);
    if (!what_if.different_machines) {
        change.log_seconds_per_step = log_ratio(
            arm, current, confidence, &FinalMetrics::seconds_per_step, resolution_of_log_seconds);
        change.log_seconds = log_ratio(arm, current, confidence, &FinalMetrics::training_seconds,
                                       resolution_of_log_seconds);
        change.log_peak_memory =
            log_ratio(arm, current, confidence, &FinalMetrics::peak_memory_bytes);
    }
    for (const Target& target : what_if.targets) {
        TimeRatio ratio = time_ratio(times_to_target(arm, target, confidence),
                                     times_to_target(current, target, confidence), confidence);
        if (what_if.different_machines) {
            ratio.log_ratio[ClockIndex::seconds] = {};
        }
        change.to_targets.push_back(ratio);
    }
    return change;
}

void decide_all(std::vector<BatchSizeChange>& changes, const Margins& margins) {
    std::vector<Compared> lower_loss;
    std::vector<double> p_for_speed;
    for (BatchSizeChange& change : changes) {
        lower_loss.push_back({reversed(change.validation_loss), change.runs});
        change.p_not_worse = non_inferiority_p(lower_loss.back().difference, margins.loss);
        change.p_faster = change.log_seconds.p_less;
        const bool is_tested = change.validation_loss.n >= fewest_seeds &&
                               change.log_seconds.n >= fewest_seeds &&
                               !std::isnan(change.p_not_worse + change.p_faster);
        p_for_speed.push_back(is_tested ? std::max(change.p_not_worse, change.p_faster) : unknown);
    }
    const std::vector<Decision> decisions = decide(lower_loss, margins.loss, margins.alpha());
    const std::vector<double> adjusted = holm_adjusted(p_for_speed);
    for (std::size_t i = 0; i < changes.size(); ++i) {
        BatchSizeChange& change = changes[i];
        change.loss_decision = decisions[i];
        change.p_for_speed = adjusted[i];
        change.is_for_loss = !change.loses_runs && change.loss_decision.verdict == Verdict::better;
        change.is_for_speed = !change.loses_runs && change.p_for_speed < margins.alpha();
    }
}

/// Of those that `applies` to, the one with the lowest mean; nothing where it applies to none.
std::optional<std::size_t> lowest(const std::vector<BatchSizeChange>& changes,
                                  bool BatchSizeChange::*applies,
                                  PairedComparison BatchSizeChange::*comparison) {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (changes[i].*applies &&
            (!found || (changes[i].*comparison).mean < (changes[*found].*comparison).mean)) {
            found = i;
        }
    }
    return found;
}

/// Shown to be no reason to change: its loss is worse (where it loses more runs, too), or it is
/// equivalent and slower.
bool is_ruled_out(const BatchSizeChange& change, const Margins& margins) {
    const bool is_slower =
        change.log_seconds.n >= fewest_seeds && change.log_seconds.p_greater < margins.alpha();
    return change.loss_decision.verdict == Verdict::worse ||
           (change.loss_decision.verdict == Verdict::equivalent && is_slower);
}

void conclude(WhatIf& what_if, const Margins& margins) {
    const std::vector<BatchSizeChange>& others = what_if.others;
    what_if.for_loss =
        lowest(others, &BatchSizeChange::is_for_loss, &BatchSizeChange::validation_loss);
    what_if.for_speed =
        lowest(others, &BatchSizeChange::is_for_speed, &BatchSizeChange::log_seconds);
    if (what_if.for_loss || what_if.for_speed) {
        what_if.answer = WhatIfAnswer::change;
        what_if.reason = !what_if.for_speed ? WhatIfReason::better
                                            : (!what_if.for_loss ? WhatIfReason::faster
                                                                 : WhatIfReason::better_or_faster);
        return;
    }
    const bool any_seeds =
        std::any_of(others.begin(), others.end(), [](const BatchSizeChange& change) {
            return change.validation_loss.n >= fewest_seeds || change.loses_runs;
        });
    if (!any_seeds) {
        what_if.reason = WhatIfReason::too_few_seeds;
        return;
    }
    what_if.answer = WhatIfAnswer::keep;
    const bool all_ruled_out = std::all_of(
        others.begin(), others.end(),
        [&margins](const BatchSizeChange& change) { return is_ruled_out(change, margins); });
    what_if.reason =
        all_ruled_out ? WhatIfReason::none_is_better_or_faster : WhatIfReason::nothing_shown;
}

std::vector<std::int64_t> half_and_double_not_in(const Recipe& recipe, std::int64_t current) {
    std::vector<std::int64_t> missing;
    for (const std::int64_t wanted : {current / 2, 2 * current}) {
        const bool is_there =
            std::any_of(recipe.arms.begin(), recipe.arms.end(),
                        [wanted](const Arm& arm) { return arm.batch_size == wanted; });
        if (wanted > 0 && !is_there && (wanted > current || current % 2 == 0)) {
            missing.push_back(wanted);
        }
    }
    return missing;
}

}  // namespace

void check_is_in_grid(std::int64_t current, const std::vector<Recipe>& recipes) {
    std::set<std::int64_t> batch_sizes;
    for (const Recipe& recipe : recipes) {
        for (const Arm& arm : recipe.arms) {
            batch_sizes.insert(arm.batch_size);
        }
    }
    if (batch_sizes.contains(current)) {
        return;
    }
    const auto above = batch_sizes.upper_bound(current);
    std::vector<std::int64_t> nearest;
    if (above != batch_sizes.begin()) {
        nearest.push_back(*std::prev(above));
    }
    if (above != batch_sizes.end()) {
        nearest.push_back(*above);
    }
    throw configuration_error(
        fmt::format("--current {}: no run has this batch size", current),
        nearest.empty() ? "give result files with runs"
                        : fmt::format("give one of the study (nearest: {}), or train this one, too",
                                      fmt::join(nearest, ", ")));
}

WhatIf what_if(const Recipe& recipe, std::int64_t current, const Margins& margins) {
    WhatIf what_if;
    what_if.current = current;
    what_if.different_machines = on_different_machines(runs_of(recipe));
    what_if.targets = choose_targets(recipe);
    what_if.not_in_grid = half_and_double_not_in(recipe, current);
    const auto in_use =
        std::find_if(recipe.arms.begin(), recipe.arms.end(),
                     [current](const Arm& arm) { return arm.batch_size == current; });
    if (in_use == recipe.arms.end() || in_use->runs.empty()) {
        what_if.reason = WhatIfReason::no_runs_in_use;
        return what_if;
    }
    for (const Arm& arm : recipe.arms) {
        if (&arm != &*in_use) {
            what_if.others.push_back(change_to(arm, *in_use, what_if, margins.confidence));
        }
    }
    if (what_if.others.empty()) {
        return what_if;
    }
    decide_all(what_if.others, margins);
    conclude(what_if, margins);
    return what_if;
}

}  // namespace batchscope
