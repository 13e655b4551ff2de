#include "analysis/statistics/interpolation.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <stdexcept>

namespace batchscope {

namespace {

/// How far the parabola through three points lies beside the line through the first two, at `at`; 0
/// where two have the same x.
double bend(std::span<const double> x, std::span<const double> y, std::size_t a, std::size_t b,
            std::size_t c, double at) {
    const double slope_ab = (y[b] - y[a]) / (x[b] - x[a]);
    const double slope_bc = (y[c] - y[b]) / (x[c] - x[b]);
    const double second = (slope_bc - slope_ab) / (x[c] - x[a]);
    const double deviation = std::abs(second * (at - x[a]) * (at - x[b]));
    return std::isfinite(deviation) ? deviation : 0;
}

}  // namespace

double interpolation_error(std::span<const double> x, std::span<const double> y, std::size_t row,
                           double at) {
    if (row == 0 || row >= x.size() || x.size() != y.size()) {
        throw std::invalid_argument("an interpolation needs two rows");
    }
    if (at == x[row] || at == x[row - 1]) {
        return 0;
    }
    const bool has_before = row >= 2;
    const bool has_after = row + 1 < x.size();
    if (!has_before) {
        const double value =
            std::lerp(y[row - 1], y[row], (at - x[row - 1]) / (x[row] - x[row - 1]));
        return std::max(std::abs(value - y[row - 1]), std::abs(value - y[row]));
    }
    constexpr double safety = 2;
    const double before = bend(x, y, row - 1, row, row - 2, at);
    return safety * (has_after ? std::max(before, bend(x, y, row - 1, row, row + 1, at)) : before);
}

bool is_resolved(double error, double half_width_over_seeds, double margin) {
    const double seeds = std::isnan(half_width_over_seeds) ? 0 : half_width_over_seeds;
    return error <= std::max(largest_interpolated_share * (seeds + error), margin / 2);
}

PairedComparison with_interpolation_error(const PairedComparison& comparison, double error) {
    PairedComparison shifted = comparison;
    shifted.half_width += error;
    if (std::isnan(comparison.t)) {
        return shifted;
    }
    const double remaining = std::max(0.0, std::abs(comparison.mean) - error);
    shifted.t = std::copysign(remaining, comparison.mean) / comparison.standard_error;
    const boost::math::students_t student(comparison.degrees_of_freedom);
    shifted.p_less = boost::math::cdf(student, shifted.t);
    shifted.p_greater = boost::math::cdf(boost::math::complement(student, shifted.t));
    shifted.p_two_sided = std::min(1.0, 2 * std::min(shifted.p_less, shifted.p_greater));
    return shifted;
}

}  // namespace batchscope
