#include "analysis/statistics/multiple_comparisons.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace batchscope {

std::vector<double> holm_adjusted(std::span<const double> p) {
    std::vector<std::size_t> by_size;
    for (std::size_t i = 0; i < p.size(); ++i) {
        if (p[i] < 0 || p[i] > 1) {
            throw std::invalid_argument("a p value lies in [0, 1]");
        }
        if (!std::isnan(p[i])) {
            by_size.push_back(i);
        }
    }
    // Equal p get equal adjusted p whichever comes first: the running maximum is over both.
    std::sort(by_size.begin(), by_size.end(),
              [p](std::size_t a, std::size_t b) { return p[a] < p[b]; });
    std::vector<double> adjusted(p.begin(), p.end());
    double largest = 0;
    for (std::size_t rank = 0; rank < by_size.size(); ++rank) {
        const auto remaining = static_cast<double>(by_size.size() - rank);
        largest = std::max(largest, std::min(1.0, remaining * p[by_size[rank]]));
        adjusted[by_size[rank]] = largest;
    }
    return adjusted;
}

double bonferroni_confidence(double confidence, std::int64_t count) {
    return 1 - (1 - confidence) / static_cast<double>(std::max<std::int64_t>(count, 1));
}

}  // namespace batchscope
