#include "analysis/statistics/paired_comparison.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

#include "analysis/statistics/interval.hpp"

namespace batchscope {

namespace {

// Values that agree to so many parts are equal up to the rounding of the subtraction.
constexpr double rounding = 1e-9;

struct Spread {
    Estimate estimate;
    bool is_constant;  ///< n >= 2 equal values
};

Spread spread_of(std::span<const double> values, double confidence, double resolution) {
    double largest = 0;
    for (const double value : values) {
        if (!std::isfinite(value)) {
            throw std::invalid_argument("a comparison needs finite values");
        }
        largest = std::max(largest, std::abs(value));
    }
    Spread spread{estimate_mean({values.begin(), values.end()}, confidence), false};
    // Both are false for the NaN of a single value.
    if (spread.estimate.standard_deviation < resolution) {
        const auto n = static_cast<double>(values.size());
        spread.estimate.standard_deviation = resolution;
        spread.estimate.half_width =
            student_quantile(confidence, n - 1) * resolution / std::sqrt(n);
    } else if (spread.estimate.standard_deviation <= rounding * largest) {
        spread.is_constant = true;
        spread.estimate.standard_deviation = 0;
        spread.estimate.half_width = 0;
    }
    return spread;
}

// Fills in t and p, which follow from mean, standard error and degrees of freedom.
void add_test(PairedComparison& comparison) {
    if (comparison.identical) {
        return;
    }
    comparison.t = comparison.mean / comparison.standard_error;
    const boost::math::students_t student(comparison.degrees_of_freedom);
    comparison.p_less = boost::math::cdf(student, comparison.t);
    comparison.p_greater = boost::math::cdf(boost::math::complement(student, comparison.t));
    comparison.p_two_sided = 2 * std::min(comparison.p_less, comparison.p_greater);
}

void check_confidence(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
        throw std::invalid_argument("a confidence lies between 0 and 1");
    }
}

}  // namespace

PairedComparison paired_comparison(std::span<const double> differences, double confidence,
                                   double resolution) {
    check_confidence(confidence);
    const auto [estimate, is_constant] = spread_of(differences, confidence, resolution);
    PairedComparison comparison;
    comparison.n = estimate.n;
    comparison.mean = estimate.mean;
    if (estimate.n < 2) {
        return comparison;
    }
    const auto n = static_cast<double>(estimate.n);
    comparison.identical = is_constant;
    comparison.standard_deviation = estimate.standard_deviation;
    comparison.standard_error = estimate.standard_deviation / std::sqrt(n);
    comparison.degrees_of_freedom = n - 1;
    comparison.half_width = estimate.half_width;
    add_test(comparison);
    return comparison;
}

PairedComparison reversed(PairedComparison comparison) {
    comparison.mean = -comparison.mean;
    comparison.t = -comparison.t;
    std::swap(comparison.p_greater, comparison.p_less);
    return comparison;
}

}  // namespace batchscope
