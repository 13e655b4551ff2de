#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/described.hpp"

namespace batchscope {

/// Why a value could not be read at a level, or that it could.
enum class MatchStatus {
    matched,
    starts_below,   ///< the first row is below the level: when it was passed was not seen
    never_reached,  ///< no row comes down to the level
    no_rows,        ///< no row has both columns
};

/// The value of one column of a run where another column first came down to a level.
struct MatchedValue {
    MatchStatus status = MatchStatus::no_rows;
    double value = std::nan("");    ///< NaN unless `matched`
    double bracket = std::nan("");  ///< how far the level column falls between the two rows used
    double error = std::nan("");    ///< of the interpolation (interpolation.hpp)
    std::size_t rows_after = 0;     ///< usable rows beyond the one at or below the level
    bool passed_again = false;      ///< the level column later rises above the level
    std::int64_t skipped_rows = 0;  ///< rows where either column is not finite
};

/// `values` where `levels` first comes down to `level`: on the line between the last row above it
/// and the first at or below it. The level column (a train loss) may rise again; only its first
/// crossing from above counts, so that each run gives one value, and the same one however long it
/// went on. Rows where either column is not finite are left out. A first row exactly at the level
/// gives its own value; a level that is not a number is never reached. Throws std::invalid_argument
/// for columns of different length.
///
/// Its error is that of interpolation.hpp along the levels, where these fall from row to row around
/// it. Else they are in no order, and it is that of reading both columns at one moment of `times`,
/// which ascend (epochs); the error of the level counts by the slope of the values on it. It is
/// never more than the distance to the farthest value of both rows and those beside them. (Of gaps
/// read from rows a factor 1.5 apart, the means of three seeds lay within it in 92 %, within the
/// interval with the seeds in 98 %, of what rows a factor 1.05 apart say.)
[[nodiscard]] MatchedValue value_at_level(std::span<const double> times,
                                          std::span<const double> levels,
                                          std::span<const double> values, double level);

/// Whether some level lies within the reach of every run.
enum class CommonLevelStatus {
    found,
    no_runs,
    run_without_rows,     ///< a run has no row with a finite level
    runs_do_not_overlap,  ///< a run starts below the lowest level of another
};
BATCHSCOPE_DESCRIBE_ENUM(CommonLevelStatus, found, no_runs, run_without_rows, runs_do_not_overlap)

/// The deepest level that all runs come down to.
struct CommonLevel {
    CommonLevelStatus status = CommonLevelStatus::no_runs;
    double level = std::nan("");  ///< NaN unless `found`
    /// The run that sets it, or that has no rows, or that starts too low; the first of equals.
    std::size_t run = 0;
};

/// The largest of the runs' smallest levels (train losses): the deepest level at which
/// value_at_level finds a value in every run. For this, `levels_of_runs` must hold the rows that
/// have a finite value, too. Levels that are not finite are left out. One run: its own smallest.
[[nodiscard]] CommonLevel deepest_common_level(std::span<const std::vector<double>> levels_of_runs);

}  // namespace batchscope
