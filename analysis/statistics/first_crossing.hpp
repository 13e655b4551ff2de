#pragma once

#include <cmath>
#include <cstdint>
#include <span>

namespace batchscope {

/// On which side of the target the goal lies.
enum class TargetSide {
    below,  ///< losses and errors
    above,  ///< accuracies
};

/// What is known about the time of the crossing: it lies in (after, at_or_before].
enum class CrossingKind {
    between,          ///< interval-censored: at the target at one evaluation, not at the one before
    at_first_row,     ///< left-censored: there at the first evaluation; after = -infinity
    not_reached,      ///< right-censored at the last evaluation; at_or_before = +infinity
    no_rows,          ///< no row has both a clock and a value
    clock_goes_back,  ///< the rows are not in the order of time: no answer
};

/// When a curve first came to a target. The clock may be steps, examples, seconds or epochs.
struct FirstCrossing {
    CrossingKind kind = CrossingKind::no_rows;
    double after = std::nan("");         ///< the last evaluation before it, in units of the clock
    double at_or_before = std::nan("");  ///< the first evaluation at or beyond the target
    /// Where the line through these two evaluations meets the target; NaN unless `between`.
    double interpolated = std::nan("");
    double error = std::nan("");  ///< of it, in units of the clock (interpolation.hpp)
    /// The first evaluation STRICTLY beyond the target, as Shallue et al. (JMLR 2019,
    /// github.com/google-research/google-research/tree/master/batch_science) count steps to a
    /// result; NaN where there is none.
    double first_strictly_beyond = std::nan("");
    /// Rows left out since their clock or value is not finite. A crossing next to such rows has an
    /// interval that spans them.
    std::int64_t skipped_rows = 0;
};

/// The first evaluation of `values` at or beyond `target`, the evaluations being made at `clock`.
/// Equal clocks may follow each other (a row written twice); a clock that goes back is no order of
/// time. Nothing is smoothed, and a curve that later leaves the target again has still reached it.
/// A single row is either at the target (`at_first_row`) or not (`not_reached`). A target that is
/// not a number is never reached. Throws std::invalid_argument for columns of different length.
[[nodiscard]] FirstCrossing first_crossing(std::span<const double> clock,
                                           std::span<const double> values, double target,
                                           TargetSide side);

}  // namespace batchscope
