#include "analysis/questions/time_to_target.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "analysis/questions/budget.hpp"
#include "analysis/questions/resolution.hpp"
#include "analysis/statistics/interpolation.hpp"
#include "analysis/statistics/interval.hpp"
#include "core/not_finite.hpp"

namespace batchscope {

namespace {

bool is_harder(double a, double b, TargetSide side) {
    return side == TargetSide::below ? a < b : a > b;
}

/// The hardest target that the run comes to after the start; NaN without a value.
double best_of(const AnalyzedRun& run, TargetMetric metric) {
    const std::vector<double>& values = run.history.*column_of(metric);
    double best = unknown;
    for (std::size_t row = 0; row < values.size(); ++row) {
        const bool is_hardest = std::isnan(best) || is_harder(values[row], best, side_of(metric));
        if (run.history.steps[row] > 0 && std::isfinite(values[row]) && is_hardest) {
            best = values[row];
        }
    }
    return best;
}

/// The hardest target that all runs of a batch size come to; nothing where too few count, or one
/// has no value.
std::optional<double> level_of(const Arm& arm, TargetMetric metric) {
    if (!is_enough(std::ssize(arm.runs), tried_runs(arm))) {
        return std::nullopt;
    }
    std::optional<double> level;
    for (const auto& [seed, run] : arm.runs) {
        const double best = best_of(*run, metric);
        if (std::isnan(best)) {
            return std::nullopt;
        }
        if (!level || is_harder(*level, best, side_of(metric))) {
            level = best;
        }
    }
    return level;
}

/// To three significant digits, towards the easy side.
double loosened(double level, TargetSide side) {
    if (level == 0) {
        return level;
    }
    constexpr int digits = 3;
    const int exponent = digits - 1 - static_cast<int>(std::floor(std::log10(std::abs(level))));
    // A power of ten with a positive exponent is exact, and so is the quotient's last digit.
    const double unit = std::pow(10.0, std::abs(exponent));
    const auto in_units = exponent >= 0 ? level * unit : level / unit;
    const double direction = side == TargetSide::below ? 1 : -1;
    double whole = std::round(in_units);
    const auto value = [&] { return exponent >= 0 ? whole / unit : whole * unit; };
    if (is_harder(value(), level, side)) {
        whole += direction;
    }
    return value();
}

/// Nothing unless all times are known.
std::optional<std::vector<double>> known_times(const TimesToTarget& times,
                                               ClockIndex::Value clock) {
    std::vector<double> known(static_cast<std::size_t>(times.tried - std::ssize(times.runs)),
                              infinity);
    for (const RunToTarget& run : times.runs) {
        const bool never = run.crossings[clock].kind == CrossingKind::not_reached;
        known.push_back(never ? infinity : run.time(clock));
        if (std::isnan(known.back())) {
            return std::nullopt;
        }
    }
    std::sort(known.begin(), known.end());
    return known;
}

/// A time that differs by less is as good.
constexpr double time_margin = 0.1;

TypicalTime typical_time(const TimesToTarget& times, ClockIndex::Value clock, double confidence) {
    TypicalTime typical;
    for (const RunToTarget& run : times.runs) {
        const FirstCrossing& crossing = run.crossings[clock];
        if (crossing.kind == CrossingKind::between) {
            typical.widest_bracket =
                std::fmax(typical.widest_bracket, crossing.at_or_before - crossing.after);
        }
    }
    std::vector<double> errors;
    for (const RunToTarget& run : times.runs) {
        if (const double error = run.log_error(clock); !std::isnan(error)) {
            errors.push_back(error);
        }
    }
    typical.log_error = mean_of(errors);
    const auto known = known_times(times, clock);
    if (!known || known->empty()) {
        return typical;
    }
    std::vector<double> logarithms;
    for (const double time : *known) {
        logarithms.push_back(std::log(time));
    }
    const bool all_came = !std::isinf(known->back());
    const Estimate estimate =
        all_came ? estimate_mean(logarithms, confidence) : Estimate{0, unknown, unknown, unknown};
    typical.resolved = !(typical.log_error > 0) ||
                       is_resolved(typical.log_error, estimate.half_width, std::log1p(time_margin));
    if (!typical.resolved) {
        return typical;
    }
    typical.median = median_of(*known);
    const double half_width = estimate.half_width + typical.log_error;
    typical.geometric_mean = std::exp(estimate.mean);
    typical.low = std::exp(estimate.mean - half_width);
    typical.high = std::exp(estimate.mean + half_width);
    return typical;
}

}  // namespace

HistoryColumn column_of(TargetMetric metric) {
    return metric == TargetMetric::validation_loss ? &History::validation_loss
                                                   : &History::validation_accuracy;
}

TargetSide side_of(TargetMetric metric) {
    return metric == TargetMetric::validation_loss ? TargetSide::below : TargetSide::above;
}

std::vector<Target> choose_targets(const std::vector<const Arm*>& arms) {
    std::vector<Target> targets;
    for (const TargetMetric metric :
         {TargetMetric::validation_loss, TargetMetric::validation_accuracy}) {
        const TargetSide side = side_of(metric);
        std::vector<double> levels;  // hardest first
        for (const Arm* arm : arms) {
            if (const auto level = level_of(*arm, metric)) {
                levels.push_back(*level);
            }
        }
        if (levels.empty()) {
            continue;
        }
        std::sort(levels.begin(), levels.end(),
                  [side](double a, double b) { return is_harder(a, b, side); });
        const std::array choices{
            Target{metric, levels.back(), TargetOrigin::all_batch_sizes},
            Target{metric, levels[(levels.size() - 1) / 2], TargetOrigin::better_half},
            Target{metric, levels.front(), TargetOrigin::best_batch_size}};
        for (Target target : choices) {
            target.value = loosened(target.value, side);
            if (targets.empty() || targets.back().metric != metric ||
                targets.back().value != target.value) {
                targets.push_back(target);
            }
        }
    }
    return targets;
}

std::vector<Target> choose_targets(const Recipe& recipe) {
    std::vector<const Arm*> arms;
    for (const Arm& arm : recipe.arms) {
        arms.push_back(&arm);
    }
    return choose_targets(arms);
}

double RunToTarget::time(ClockIndex::Value clock) const {
    return crossings[clock].interpolated;
}

double RunToTarget::log_error(ClockIndex::Value clock) const {
    return std::log1p(crossings[clock].error / crossings[clock].interpolated);
}

TimesToTarget times_to_target(const Arm& arm, const Target& target, double confidence) {
    TimesToTarget times;
    times.batch_size = arm.batch_size;
    times.tried = tried_runs(arm);
    for (const auto& [seed, run] : arm.runs) {
        RunToTarget& found = times.runs.emplace_back();
        found.seed = seed;
        for (std::size_t clock = 0; clock < ClockIndex::count; ++clock) {
            found.crossings[clock] = first_crossing(run->history.*clocks[clock].values,
                                                    run->history.*column_of(target.metric),
                                                    target.value, side_of(target.metric));
        }
        const CrossingKind kind = found.crossings[ClockIndex::steps].kind;
        const bool before_training = kind == CrossingKind::at_first_row;
        times.reached += before_training || kind == CrossingKind::between ? 1 : 0;
        times.reached_before_training += before_training ? 1 : 0;
    }
    for (std::size_t clock = 0; clock < ClockIndex::count; ++clock) {
        times.typical[clock] =
            typical_time(times, static_cast<ClockIndex::Value>(clock), confidence);
    }
    return times;
}

TimeRatio time_ratio(const TimesToTarget& times, const TimesToTarget& reference,
                     double confidence) {
    TimeRatio ratio;
    ratio.batch_size = times.batch_size;
    std::array<std::vector<double>, ClockIndex::count> differences;
    std::array<std::vector<double>, ClockIndex::count> errors;
    for (const RunToTarget& run : times.runs) {
        const auto other = std::find_if(
            reference.runs.begin(), reference.runs.end(),
            [&run](const RunToTarget& candidate) { return candidate.seed == run.seed; });
        if (other == reference.runs.end()) {
            continue;
        }
        for (std::size_t i = 0; i < ClockIndex::count; ++i) {
            const auto clock = static_cast<ClockIndex::Value>(i);
            const double difference = std::log(run.time(clock)) - std::log(other->time(clock));
            if (std::isfinite(difference)) {
                differences[clock].push_back(difference);
                errors[clock].push_back(run.log_error(clock) + other->log_error(clock));
            }
        }
        const bool both = std::isfinite(run.time(ClockIndex::steps)) &&
                          std::isfinite(other->time(ClockIndex::steps));
        ++(both ? ratio.pairs : ratio.seeds_without);
    }
    for (std::size_t clock = 0; clock < ClockIndex::count; ++clock) {
        const PairedComparison read =
            paired_comparison(differences[clock], confidence,
                              clock == ClockIndex::seconds ? resolution_of_log_seconds : 0);
        const double error = errors[clock].empty() ? 0 : mean_of(errors[clock]);
        ratio.resolved[clock] = is_resolved(error, read.half_width, std::log1p(time_margin));
        if (ratio.resolved[clock]) {
            ratio.log_ratio[clock] = with_interpolation_error(read, error);
        }
    }
    return ratio;
}

TimeToTarget time_to_target(const Recipe& recipe, const Target& target, double confidence) {
    TimeToTarget answer;
    answer.target = target;
    const std::vector<const AnalyzedRun*> runs = runs_of(recipe);
    answer.inside_schedule = std::any_of(runs.begin(), runs.end(),
                                         [](const AnalyzedRun* run) { return rate_changes(*run); });
    answer.different_machines = on_different_machines(runs);
    for (const Arm& arm : recipe.arms) {
        answer.batch_sizes.push_back(times_to_target(arm, target, confidence));
    }
    const TimesToTarget* reference = nullptr;
    for (const TimesToTarget& times : answer.batch_sizes) {
        if (!times.enough()) {
            continue;
        }
        if (reference == nullptr) {
            reference = &times;
            answer.reference = times.batch_size;
        } else {
            answer.against_reference.push_back(time_ratio(times, *reference, confidence));
        }
    }
    return answer;
}

}  // namespace batchscope
