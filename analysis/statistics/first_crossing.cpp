#include "analysis/statistics/first_crossing.hpp"

#include <stdexcept>

#include "core/not_finite.hpp"

namespace batchscope {
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
        last_clock = clock[row];
        last_excess = row_excess;
    }
    if (has_rows && !is_reached) {
        crossing.kind = CrossingKind::not_reached;
        crossing.after = last_clock;
        crossing.at_or_before = infinity;
    }
    return crossing;
}

}  // namespace batchscope
