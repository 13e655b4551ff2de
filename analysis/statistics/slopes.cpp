#include "analysis/statistics/slopes.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "analysis/statistics/interval.hpp"

namespace batchscope {

double least_squares_slope(std::span<const double> x, std::span<const double> y) {
    if (x.size() != y.size()) {
        throw std::invalid_argument("a slope needs as many x as y");
    }
    std::vector<std::pair<double, double>> points;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!std::isfinite(x[i]) || !std::isfinite(y[i])) {
            throw std::invalid_argument("a slope needs finite values");
        }
        points.emplace_back(x[i], y[i]);
    }
    std::sort(points.begin(), points.end());
    if (points.empty() || points.front().first == points.back().first) {
        return NAN;
    }
    const double mean_x = mean_of({x.begin(), x.end()});
    const double mean_y = mean_of({y.begin(), y.end()});
    double products = 0;
    double squares = 0;
    for (const auto& [point_x, point_y] : points) {
        products += (point_x - mean_x) * (point_y - mean_y);
        squares += (point_x - mean_x) * (point_x - mean_x);
    }
    return products / squares;
}

SlopeTest slope_test(std::span<const double> x, std::span<const std::vector<double>> rows,
                     double confidence) {
    SlopeTest test;
    for (const std::vector<double>& row : rows) {
        test.slopes.push_back(least_squares_slope(x, row));
    }
    // All of them are NaN, or none.
    if (!test.slopes.empty() && !std::isnan(test.slopes.front())) {
        test.mean = paired_comparison(test.slopes, confidence);
    }
    return test;
}

}  // namespace batchscope
