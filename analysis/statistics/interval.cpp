#include "analysis/statistics/interval.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

#include "core/not_finite.hpp"

namespace batchscope {

double student_quantile(double confidence, double degrees_of_freedom) {
    const boost::math::students_t distribution(degrees_of_freedom);
    return boost::math::quantile(boost::math::complement(distribution, (1 - confidence) / 2));
}

namespace {

// The first of the sorted values and the mean of their offsets from it: independent of the order,
// and exact for equal values.
struct SortedMean {
    double origin;
    double mean_offset;
};

SortedMean sort_for_mean(std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    const double origin = values.front();
    double offset_sum = 0;
    for (const double value : values) {
        offset_sum += value - origin;
    }
    return {origin, offset_sum / static_cast<double>(values.size())};
}

}  // namespace

double mean_of(std::vector<double> values) {
    if (values.empty()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const auto [origin, mean_offset] = sort_for_mean(values);
    return origin + mean_offset;
}

Estimate estimate_mean(std::vector<double> values, double confidence) {
    Estimate estimate{static_cast<std::int64_t>(values.size()), unknown, unknown, unknown};
    if (values.empty()) {
        return estimate;
    }
    const auto [origin, mean_offset] = sort_for_mean(values);
    estimate.mean = origin + mean_offset;
    if (values.size() < 2) {
        return estimate;
    }
    double square_sum = 0;
    for (const double value : values) {
        const double deviation = value - origin - mean_offset;
        square_sum += deviation * deviation;
    }
    const auto n = static_cast<double>(values.size());
    estimate.standard_deviation = std::sqrt(square_sum / (n - 1));
    estimate.half_width =
        student_quantile(confidence, n - 1) * estimate.standard_deviation / std::sqrt(n);
    return estimate;
}

double median_of(std::vector<double> values) {
    if (values.empty()) {
        return NAN;
    }
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace batchscope
