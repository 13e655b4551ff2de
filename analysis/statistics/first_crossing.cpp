#include "analysis/statistics/first_crossing.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "analysis/statistics/interpolation.hpp"
#include "core/not_finite.hpp"

namespace batchscope {

namespace {

/// What the error of the curve at `time` is in time, by the slope there; from the first row on the
/// distance to the farther end.
double time_error(std::span<const double> clock, std::span<const double> values, std::size_t row,
                  double time) {
    const double farther = std::max(time - clock[row - 1], clock[row] - time);
    if (row < 2) {
        return farther;
    }
    const double slope = (values[row] - values[row - 1]) / (clock[row] - clock[row - 1]);
    const double error = interpolation_error(clock, values, row, time) / std::abs(slope);
    return std::isfinite(error) ? std::min(error, farther) : farther;
}

}  // namespace

FirstCrossing first_crossing(std::span<const double> clock, std::span<const double> values,
                             double target, TargetSide side) {
    if (clock.size() != values.size()) {
        throw std::invalid_argument("first_crossing: clock and values differ in length");
    }
    // From here on larger is further: a loss below its target is an excess above 0.
    const auto excess = [&](double value) {
        return side == TargetSide::above ? value - target : target - value;
    };
    FirstCrossing crossing;
    std::vector<double> clocks;  // of the usable rows
    std::vector<double> excesses;
    std::size_t row_reached = 0;  // among these
    bool has_rows = false;
    bool is_reached = false;
    double last_clock = -infinity;
    double last_excess = 0;
    for (std::size_t row = 0; row < clock.size(); ++row) {
        if (!std::isfinite(clock[row]) || !std::isfinite(values[row])) {
            ++crossing.skipped_rows;
            continue;
        }
        if (clock[row] < last_clock) {
            FirstCrossing unordered;
            unordered.kind = CrossingKind::clock_goes_back;
            return unordered;
        }
        const double row_excess = excess(values[row]);
        if (!is_reached && row_excess >= 0) {
            is_reached = true;
            row_reached = clocks.size();
            crossing.kind = has_rows ? CrossingKind::between : CrossingKind::at_first_row;
            crossing.after = last_clock;
            crossing.at_or_before = clock[row];
            if (has_rows) {
                const double fraction = last_excess / (last_excess - row_excess);
                crossing.interpolated = std::lerp(last_clock, clock[row], fraction);
            }
        }
        if (std::isnan(crossing.first_strictly_beyond) && row_excess > 0) {
            crossing.first_strictly_beyond = clock[row];
        }
        has_rows = true;
        clocks.push_back(clock[row]);
        excesses.push_back(row_excess);
        last_clock = clock[row];
        last_excess = row_excess;
    }
    if (crossing.kind == CrossingKind::between) {
        crossing.error = time_error(clocks, excesses, row_reached, crossing.interpolated);
    }
    if (has_rows && !is_reached) {
        crossing.kind = CrossingKind::not_reached;
        crossing.after = last_clock;
        crossing.at_or_before = infinity;
    }
    return crossing;
}

}  // namespace batchscope
