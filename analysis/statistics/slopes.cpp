#include "analysis/statistics/slopes.hpp"

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
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

namespace {

std::vector<double> column_means(std::span<const std::vector<double>> rows) {
    std::vector<double> means;
    for (std::size_t j = 0; j < rows.front().size(); ++j) {
        std::vector<double> column;
        for (const std::vector<double>& row : rows) {
            column.push_back(row[j]);
        }
        means.push_back(mean_of(std::move(column)));
    }
    return means;
}

/// The sum of squares of what the line leaves of `means`.
double squares_beside_line(std::span<const double> x, const std::vector<double>& means) {
    const double slope = least_squares_slope(x, means);
    const double mean_x = mean_of({x.begin(), x.end()});
    const double mean_y = mean_of(means);
    double squares = 0;
    for (std::size_t j = 0; j < means.size(); ++j) {
        const double deviation = means[j] - mean_y - slope * (x[j] - mean_x);
        squares += deviation * deviation;
    }
    return squares;
}

/// Of what neither a row's nor a column's mean explains.
double interaction_squares(std::span<const std::vector<double>> rows,
                           const std::vector<double>& means) {
    const double mean = mean_of(means);
    double squares = 0;
    for (const std::vector<double>& row : rows) {
        const double mean_of_row = mean_of(row);
        for (std::size_t j = 0; j < row.size(); ++j) {
            const double deviation = row[j] - mean_of_row - means[j] + mean;
            squares += deviation * deviation;
        }
    }
    return squares;
}

LackOfLineFit line_fit(std::span<const double> x, std::span<const std::vector<double>> rows) {
    LackOfLineFit fit;
    if (rows.size() < 2 || x.size() < 3) {
        return fit;
    }
    const std::vector<double> means = column_means(rows);
    const auto n = static_cast<double>(rows.size());
    const double of_line = static_cast<double>(x.size()) - 2;
    const double of_scatter = (n - 1) * (static_cast<double>(x.size()) - 1);
    const double scatter = interaction_squares(rows, means);
    if (!(scatter > 0)) {
        return fit;
    }
    fit.f = n * squares_beside_line(x, means) / of_line / (scatter / of_scatter);
    fit.p = boost::math::cdf(
        boost::math::complement(boost::math::fisher_f(of_line, of_scatter), fit.f));
    return fit;
}

}  // namespace

SlopeTest slope_test(std::span<const double> x, std::span<const std::vector<double>> rows,
                     double confidence) {
    SlopeTest test;
    for (const std::vector<double>& row : rows) {
        test.slopes.push_back(least_squares_slope(x, row));
    }
    // All of them are NaN, or none.
    if (!test.slopes.empty() && !std::isnan(test.slopes.front())) {
        test.mean = paired_comparison(test.slopes, confidence);
        test.fit = line_fit(x, rows);
    }
    return test;
}

double slope_error(const std::vector<double>& x, const std::vector<double>& errors) {
    const double mean = mean_of(x);
    double squares = 0;
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double deviation = x[i] - mean;
        squares += deviation * deviation;
        sum += std::abs(deviation) * errors[i];
    }
    return sum / squares;
}

}  // namespace batchscope
