#include "analysis/statistics/interval.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

namespace batchscope {

double student_quantile(double confidence, double degrees_of_freedom) {
    const boost::math::students_t distribution(degrees_of_freedom);
    return boost::math::quantile(boost::math::complement(distribution, (1 - confidence) / 2));
}

Estimate estimate_mean(std::vector<double> values, double confidence) {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    Estimate estimate{static_cast<std::int64_t>(values.size()), unknown, unknown, unknown};
    if (values.empty()) {
        return estimate;
    }
    // Sorted, and as offsets from one of them: independent of the order, and exact for equal
    // values.
    std::sort(values.begin(), values.end());
    const auto n = static_cast<double>(values.size());
    const double origin = values.front();
    double offset_sum = 0;
    for (const double value : values) {
        offset_sum += value - origin;
    }
    const double mean_offset = offset_sum / n;
    estimate.mean = origin + mean_offset;
    if (values.size() < 2) {
        return estimate;
    }
    double square_sum = 0;
    for (const double value : values) {
        const double deviation = value - origin - mean_offset;
        square_sum += deviation * deviation;
    }
    estimate.standard_deviation = std::sqrt(square_sum / (n - 1));
    estimate.half_width =
        student_quantile(confidence, n - 1) * estimate.standard_deviation / std::sqrt(n);
    return estimate;
}

}  // namespace batchscope
