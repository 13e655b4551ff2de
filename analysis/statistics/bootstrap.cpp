#include "analysis/statistics/bootstrap.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <stdexcept>
#include <vector>

#include "analysis/statistics/interval.hpp"
#include "core/random.hpp"

namespace batchscope {

namespace {

std::vector<double> sorted_means(const std::vector<double>& values, std::int64_t resamples,
                                 std::uint64_t random_seed) {
    const RandomStream stream(random_seed, RandomPurpose::resampling);
    std::vector<double> means(static_cast<std::size_t>(resamples));
    std::uint64_t index = 0;
    for (double& mean : means) {
        double sum = 0;
        for (std::size_t draw = 0; draw < values.size(); ++draw) {
            sum += values[stream.below(index++, values.size())];
        }
        mean = sum / static_cast<double>(values.size());
    }
    std::sort(means.begin(), means.end());
    return means;
}

// Linear between order statistics, the smallest at 0 and the largest at 1.
double quantile(const std::vector<double>& sorted, double probability) {
    const double position = probability * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    const double weight = position - static_cast<double>(below);
    return sorted[below] + weight * (sorted[above] - sorted[below]);
}

// A sixth of the skewness of the means without one value.
double acceleration(const std::vector<double>& values) {
    const double mean = mean_of(values);
    double squares = 0;
    double cubes = 0;
    for (const double value : values) {
        // The mean of the others deviates by (mean - value) / (n - 1); the factor cancels.
        const double deviation = value - mean;
        squares += deviation * deviation;
        cubes += deviation * deviation * deviation;
    }
    return cubes / (6 * std::pow(squares, 1.5));
}

BootstrapInterval bca_interval(const std::vector<double>& values, const std::vector<double>& means,
                               double mean, double tail) {
    // Means equal to the observed one count half.
    const auto [first, last] = std::equal_range(means.begin(), means.end(), mean);
    const double below =
        (static_cast<double>(first - means.begin()) + static_cast<double>(last - means.begin())) /
        2 / static_cast<double>(means.size());
    if (below <= 0 || below >= 1) {
        return {};
    }
    const boost::math::normal normal;
    const double bias = boost::math::quantile(normal, below);
    const double accelerated = acceleration(values);
    const auto corrected = [&](double probability) {
        const double shifted = bias + boost::math::quantile(normal, probability);
        return boost::math::cdf(normal, bias + shifted / (1 - accelerated * shifted));
    };
    return {quantile(means, corrected(tail)), quantile(means, corrected(1 - tail))};
}

}  // namespace

BootstrapIntervals bootstrap_mean(std::span<const double> values, double confidence,
                                  std::int64_t resamples, std::uint64_t random_seed) {
    if (!(confidence > 0 && confidence < 1) || resamples < 1) {
        throw std::invalid_argument("a bootstrap needs a confidence in (0, 1) and resamples");
    }
    std::vector<double> sorted(values.begin(), values.end());
    for (const double value : sorted) {
        if (!std::isfinite(value)) {
            throw std::invalid_argument("a bootstrap needs finite values");
        }
    }
    std::sort(sorted.begin(), sorted.end());
    if (sorted.size() < 2) {
        return {};
    }
    if (sorted.front() == sorted.back()) {
        const BootstrapInterval point{sorted.front(), sorted.front()};
        return {point, point, point};
    }
    const std::vector<double> means = sorted_means(sorted, resamples, random_seed);
    const double tail = (1 - confidence) / 2;
    const double mean = mean_of(sorted);
    BootstrapIntervals intervals;
    intervals.percentile = {quantile(means, tail), quantile(means, 1 - tail)};
    intervals.basic = {2 * mean - intervals.percentile.high, 2 * mean - intervals.percentile.low};
    intervals.bca = bca_interval(sorted, means, mean, tail);
    return intervals;
}

}  // namespace batchscope
