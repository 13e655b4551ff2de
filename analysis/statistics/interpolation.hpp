#pragma once

#include <cstddef>
#include <span>

#include "analysis/statistics/paired_comparison.hpp"

/// What reading between two rows may be wrong by, and what that does to a conclusion.
namespace batchscope {

/// The error of the value that a line from (x[row - 1], y[row - 1]) to (x[row], y[row]) has at
/// `at`, from the bend of the curve: twice the largest of the deviations of the parabolas through
/// these two points and a neighbour (Newton's remainder term of linear interpolation, with the
/// second divided difference for half the second derivative; twice, as curves of training bend more
/// sharply on one side than parabolas do). From the first row on, what the curve does before is not
/// known, and it is steepest there: the error is the distance to the farther end. 0 where `at` is
/// an end. Throws std::invalid_argument for a row outside (0, size).
[[nodiscard]] double interpolation_error(std::span<const double> x, std::span<const double> y,
                                         std::size_t row, double at);

/// The largest share of an interval that interpolation may have: beyond it, more seeds would not
/// help, only more rows.
inline constexpr double largest_interpolated_share = 0.5;

/// Whether a number read between rows is resolved: its interpolation error is at most that share of
/// the half-width of its whole interval (that over the seeds and the error), or at most half of
/// what does not matter. A half-width of NaN (one seed) counts as 0.
[[nodiscard]] bool is_resolved(double error, double half_width_over_seeds, double margin);

/// The same comparison if its mean were off by `error` towards 0 (none is moved past 0): what is
/// significant of it is so whichever way the interpolation erred. The half-width grows by the
/// error.
[[nodiscard]] PairedComparison with_interpolation_error(const PairedComparison& comparison,
                                                        double error);

}  // namespace batchscope
