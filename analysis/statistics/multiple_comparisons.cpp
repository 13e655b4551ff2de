#include "analysis/statistics/multiple_comparisons.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace batchscope {

namespace {

// Indices of the p that are not NaN, smallest p first.
std::vector<std::size_t> order_of(std::span<const double> p) {
    std::vector<std::size_t> by_size;
    for (std::size_t i = 0; i < p.size(); ++i) {
        if (p[i] < 0 || p[i] > 1) {
            throw std::invalid_argument("a p value lies in [0, 1]");
        }
        if (!std::isnan(p[i])) {
            by_size.push_back(i);
        }
    }
    std::stable_sort(by_size.begin(), by_size.end(),
                     [p](std::size_t a, std::size_t b) { return p[a] < p[b]; });
    return by_size;
}

// Steps down over all p, where p[i] belongs to the group groups[i] and at most one hypothesis of a
// group can be true: a group counts until all of it is rejected.
std::vector<double> step_down(std::span<const double> p, std::span<const std::size_t> groups) {
    const std::vector<std::size_t> by_size = order_of(p);
    std::vector<std::size_t> left(p.size(), 0);  // of each group
    std::size_t open_groups = 0;
    for (const std::size_t i : by_size) {
        open_groups += left[groups[i]]++ == 0 ? 1 : 0;
    }
    std::vector<double> adjusted(p.begin(), p.end());
    // Equal p get equal adjusted p whichever comes first: the running maximum is over both.
    double largest = 0;
    for (const std::size_t i : by_size) {
        largest = std::max(largest, std::min(1.0, static_cast<double>(open_groups) * p[i]));
        adjusted[i] = largest;
        open_groups -= --left[groups[i]] == 0 ? 1 : 0;
    }
    return adjusted;
}

}  // namespace

std::vector<double> holm_adjusted(std::span<const double> p) {
    std::vector<std::size_t> groups(p.size());
    std::iota(groups.begin(), groups.end(), std::size_t{0});
    return step_down(p, groups);
}

AdjustedPairs adjusted_exclusive_pairs(std::span<const double> first,
                                       std::span<const double> second) {
    const std::size_t pairs = first.size();
    if (second.size() != pairs) {
        throw std::invalid_argument("pairs of p values need as many first as second ones");
    }
    std::vector<double> p(first.begin(), first.end());
    p.insert(p.end(), second.begin(), second.end());
    std::vector<std::size_t> groups(2 * pairs);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        groups[i] = i % pairs;
    }
    const std::vector<double> adjusted = step_down(p, groups);
    const auto middle = adjusted.begin() + static_cast<std::ptrdiff_t>(pairs);
    return {{adjusted.begin(), middle}, {middle, adjusted.end()}};
}

}  // namespace batchscope
