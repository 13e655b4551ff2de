#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/questions/recipe.hpp"
#include "analysis/statistics/first_crossing.hpp"
#include "analysis/statistics/paired_comparison.hpp"
#include "core/described.hpp"

namespace batchscope {

/// What a target is set in. Metrics of the test split are none: it never chooses.
enum class TargetMetric { validation_loss, validation_accuracy };
BATCHSCOPE_DESCRIBE_ENUM(TargetMetric, validation_loss, validation_accuracy)
[[nodiscard]] HistoryColumn column_of(TargetMetric metric);
[[nodiscard]] TargetSide side_of(TargetMetric metric);

/// Where a target comes from.
enum class TargetOrigin {
    given,            ///< by the user
    all_batch_sizes,  ///< the hardest one that every batch size reaches
    better_half,      ///< the hardest one that half of the batch sizes reach, rounded up
    best_batch_size,  ///< the hardest one that any batch size reaches
};
BATCHSCOPE_DESCRIBE_ENUM(TargetOrigin, given, all_batch_sizes, better_half, best_batch_size)

struct Target {
    TargetMetric metric = TargetMetric::validation_loss;
    double value = unknown;
    TargetOrigin origin = TargetOrigin::given;
};
/// In summary.json a metric is a "figure", since format_version 1.
template <class Visitor>
constexpr void visit_fields(Type<Target> /*type*/, const Visitor& visit) {
    visit("figure", &Target::metric);
    visit("value", &Target::value);
    visit("origin", &Target::origin);
}

/// At most three targets in validation loss, then three in validation accuracy, the loosest first;
/// equal ones once. A batch size reaches what *all* its runs that count reach at some evaluation
/// after the start; one of which too few count (see `enough`) has no say. Loosened to three
/// significant digits, so that no run meets its own best by a hair. Empty without validation
/// metrics.
[[nodiscard]] std::vector<Target> choose_targets(const std::vector<const Arm*>& arms);
[[nodiscard]] std::vector<Target> choose_targets(const Recipe& recipe);

/// When one run came to a target, on each clock, in the order of `clocks`. They differ in kind
/// where a clock is not known.
struct RunToTarget {
    std::uint64_t seed = 0;
    std::array<FirstCrossing, ClockIndex::count> crossings;
    /// Interpolated; NaN where it never came there, was there before training, or the clock is not
    /// known.
    [[nodiscard]] double time(ClockIndex::Value clock) const;
    /// Of ln time, from reading it between two evaluations.
    [[nodiscard]] double log_error(ClockIndex::Value clock) const;
};

/// How long the runs of one batch size took.
struct TypicalTime {
    /// Over all that were tried, those that never came there being infinite; NaN where a time is
    /// not known.
    double median = unknown;
    /// With a Student interval of ln time and the error of reading between evaluations; NaN unless
    /// all that were tried came there: a mean of the survivors would flatter.
    double geometric_mean = unknown;
    double low = unknown;
    double high = unknown;
    /// The widest interval between evaluations that a crossing was interpolated in.
    double widest_bracket = unknown;
    double log_error = unknown;  ///< of reading between evaluations: the mean over the runs
    /// Whether that is little enough (statistics/interpolation.hpp); a tenth of a time does not
    /// matter. Else nothing but the bracket and this error is known: more evaluations are needed,
    /// not more seeds.
    bool resolved = true;
};
BATCHSCOPE_DESCRIBE_STRUCT(TypicalTime, median, geometric_mean, low, high, widest_bracket,
                           log_error, resolved)

/// Whether so many of those tried are enough to speak for all: 60 % (AlgoPerf: three of five).
[[nodiscard]] constexpr bool is_enough(std::int64_t some, std::int64_t tried) {
    return tried > 0 && 5 * some >= 3 * tried;
}

/// The runs of one batch size and a target.
struct TimesToTarget {
    std::int64_t batch_size = 0;
    std::int64_t tried = 0;  ///< see tried_runs; of these those that do not count never came there
    std::int64_t reached = 0;
    std::int64_t reached_before_training = 0;  ///< of these: their time is not known
    std::vector<RunToTarget> runs;             ///< that count, by seed
    std::array<TypicalTime, ClockIndex::count> typical;

    /// Else the batch size is in no fit.
    [[nodiscard]] bool enough() const { return is_enough(reached, tried); }
};
template <class Visitor>
constexpr void visit_fields(Type<TimesToTarget> /*type*/, const Visitor& visit) {
    visit("batch_size", &TimesToTarget::batch_size);
    visit("tried", &TimesToTarget::tried);
    visit("reached", &TimesToTarget::reached);
    visit("reached_before_training", &TimesToTarget::reached_before_training);
    for (std::size_t clock = 0; clock < ClockIndex::count; ++clock) {
        visit(clocks[clock].name,
              [clock](const TimesToTarget& times) { return times.typical[clock]; });
    }
}

/// The times of one batch size against those of another, on the seeds that both have.
struct TimeRatio {
    std::int64_t batch_size = 0;
    std::int64_t pairs = 0;  ///< seeds on which both came there
    std::int64_t seeds_without =
        0;  ///< common seeds on which one did not: the ratio is of the rest
    /// ln(time / time of the reference), by clock: in steps the speed-up is exp(-mean), in examples
    /// the price is exp(mean). The intervals hold the error of reading between evaluations; nothing
    /// is known where that is too much.
    std::array<PairedComparison, ClockIndex::count> log_ratio;
    std::array<bool, ClockIndex::count> resolved{};  ///< as TypicalTime::resolved
};
template <class Visitor>
constexpr void visit_fields(Type<TimeRatio> /*type*/, const Visitor& visit) {
    visit("batch_size", &TimeRatio::batch_size);
    visit("pairs", &TimeRatio::pairs);
    visit("seeds_without", &TimeRatio::seeds_without);
    for (std::size_t clock = 0; clock < ClockIndex::count; ++clock) {
        visit((std::string("log_ratio_of_") + clocks[clock].name).c_str(),
              [clock](const TimeRatio& ratio) { return ratio.log_ratio[clock]; });
        visit((std::string("resolved_in_") + clocks[clock].name).c_str(),
              [clock](const TimeRatio& ratio) { return ratio.resolved[clock]; });
    }
}

struct TimeToTarget {
    Target target;
    std::vector<TimesToTarget> batch_sizes;    ///< every arm, ascending
    std::int64_t reference = 0;                ///< the smallest of which enough came there; 0: none
    std::vector<TimeRatio> against_reference;  ///< each larger one of which enough came there
    /// The rate was still to fall when runs came there: a run planned for this target would have
    /// had another schedule.
    bool inside_schedule = false;
    bool different_machines = false;  ///< seconds cannot be compared
};
template <class Visitor>
constexpr void visit_fields(Type<TimeToTarget> /*type*/, const Visitor& visit) {
    visit("", &TimeToTarget::target);
    visit("reference", &TimeToTarget::reference);
    visit("inside_schedule", &TimeToTarget::inside_schedule);
    visit("different_machines", &TimeToTarget::different_machines);
    visit("batch_sizes", &TimeToTarget::batch_sizes);
    visit("against_reference", &TimeToTarget::against_reference);
}

[[nodiscard]] TimesToTarget times_to_target(const Arm& arm, const Target& target,
                                            double confidence);
/// `times` against `reference`.
[[nodiscard]] TimeRatio time_ratio(const TimesToTarget& times, const TimesToTarget& reference,
                                   double confidence);

/// All batch sizes of a recipe. A recipe without runs, and a target that none reaches, have no
/// reference.
[[nodiscard]] TimeToTarget time_to_target(const Recipe& recipe, const Target& target,
                                          double confidence);

}  // namespace batchscope
