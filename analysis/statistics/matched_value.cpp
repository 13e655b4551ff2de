#include "analysis/statistics/matched_value.hpp"

#include <algorithm>
#include <stdexcept>

namespace batchscope {

MatchedValue value_at_level(std::span<const double> levels, std::span<const double> values,
                            double level) {
    if (levels.size() != values.size()) {
        throw std::invalid_argument("value_at_level: a level for every value is needed");
    }
    MatchedValue match;
    double above = std::nan("");  // level and value of the last row, which is above `level`
    double value_above = std::nan("");
    for (std::size_t row = 0; row < levels.size(); ++row) {
        if (!std::isfinite(levels[row]) || !std::isfinite(values[row])) {
            ++match.skipped_rows;
            continue;
        }
        if (!(levels[row] <= level)) {
            match.status = MatchStatus::never_reached;
            above = levels[row];
            value_above = values[row];
            continue;
        }
        if (levels[row] == level) {
            match.value = values[row];
            match.bracket = std::isnan(above) ? 0 : above - level;
        } else if (std::isnan(above)) {
            match.status = MatchStatus::starts_below;
            return match;
        } else {
            match.bracket = above - levels[row];
            match.value = std::lerp(value_above, values[row], (above - level) / match.bracket);
        }
        match.status = MatchStatus::matched;
        return match;
    }
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
