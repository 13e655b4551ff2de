#include "analysis/statistics/matched_value.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

#include "analysis/statistics/interpolation.hpp"

namespace batchscope {

namespace {

/// Of the value at `level`, which is `fraction` of the way from row - 1 to `row`.
double reading_error(std::span<const double> times, std::span<const double> levels,
                     std::span<const double> values, std::size_t row, double fraction,
                     double level) {
    const std::size_t first = row < 2 ? 0 : row - 2;
    const std::size_t count = std::min(row + 2, values.size()) - first;
    const std::span<const double> near_levels = levels.subspan(first, count);
    double error = 0;
    if (std::adjacent_find(near_levels.begin(), near_levels.end(), std::less_equal<>{}) ==
        near_levels.end()) {
        error = interpolation_error(levels, values, row, level);
    } else {
        const double time = std::lerp(times[row - 1], times[row], fraction);
        const double slope = (values[row] - values[row - 1]) / (levels[row] - levels[row - 1]);
        error = interpolation_error(times, values, row, time) +
                std::abs(slope) * interpolation_error(times, levels, row, time);
    }
    const double value = std::lerp(values[row - 1], values[row], fraction);
    double farthest = 0;
    for (const double near_value : values.subspan(first, count)) {
        farthest = std::max(farthest, std::abs(near_value - value));
    }
    return std::isfinite(error) ? std::min(error, farthest) : farthest;
}

}  // namespace

MatchedValue value_at_level(std::span<const double> times, std::span<const double> levels,
                            std::span<const double> values, double level) {
    if (levels.size() != values.size() || times.size() != values.size()) {
        throw std::invalid_argument(
            "value_at_level: a time and a level for every value are needed");
    }
    MatchedValue match;
    std::vector<double> usable_times;
    std::vector<double> usable_levels;
    std::vector<double> usable_values;
    for (std::size_t row = 0; row < levels.size(); ++row) {
        if (std::isfinite(levels[row]) && std::isfinite(values[row])) {
            usable_times.push_back(times[row]);
            usable_levels.push_back(levels[row]);
            usable_values.push_back(values[row]);
        } else {
            ++match.skipped_rows;
        }
    }
    if (usable_levels.empty()) {
        return match;
    }
    const auto first = std::find_if(usable_levels.begin(), usable_levels.end(),
                                    [level](double other) { return other <= level; });
    if (first == usable_levels.end()) {
        match.status = MatchStatus::never_reached;
        return match;
    }
    const auto row = static_cast<std::size_t>(first - usable_levels.begin());
    if (*first == level) {
        match.value = usable_values[row];
        match.bracket = row == 0 ? 0 : usable_levels[row - 1] - level;
        match.error = 0;
    } else if (row == 0) {
        match.status = MatchStatus::starts_below;
        return match;
    } else {
        const double above = usable_levels[row - 1];
        match.bracket = above - *first;
        const double fraction = (above - level) / match.bracket;
        match.value = std::lerp(usable_values[row - 1], usable_values[row], fraction);
        match.error =
            reading_error(usable_times, usable_levels, usable_values, row, fraction, level);
    }
    match.rows_after = usable_levels.size() - 1 - row;
    match.passed_again =
        std::any_of(first, usable_levels.end(), [level](double other) { return other > level; });
    match.status = MatchStatus::matched;
    return match;
}

CommonLevel deepest_common_level(std::span<const std::vector<double>> levels_of_runs) {
    CommonLevel common;
    std::vector<double> starts;
    for (std::size_t run = 0; run < levels_of_runs.size(); ++run) {
        std::vector<double> levels;
        std::copy_if(levels_of_runs[run].begin(), levels_of_runs[run].end(),
                     std::back_inserter(levels), [](double level) { return std::isfinite(level); });
        if (levels.empty()) {
            return {CommonLevelStatus::run_without_rows, std::nan(""), run};
        }
        starts.push_back(levels.front());
        const double lowest = *std::min_element(levels.begin(), levels.end());
        if (run == 0 || lowest > common.level) {
            common = {CommonLevelStatus::found, lowest, run};
        }
    }
    for (std::size_t run = 0; run < starts.size(); ++run) {
        if (starts[run] < common.level) {
            return {CommonLevelStatus::runs_do_not_overlap, std::nan(""), run};
        }
    }
    return common;
}

}  // namespace batchscope
