#include "analysis/statistics/power.hpp"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/tools/roots.hpp>
#include <stdexcept>

namespace batchscope {

namespace {

constexpr std::int64_t most_seeds = 1'000'000;

bool has_spread(const PairedComparison& comparison) {
    return comparison.standard_deviation > 0;  // false for NaN
}

double one_sided_quantile(double degrees_of_freedom, double alpha) {
    return boost::math::quantile(
        boost::math::complement(boost::math::students_t(degrees_of_freedom), alpha));
}

double power_beyond(double quantile, double non_centrality, double degrees_of_freedom) {
    // Certain to 1e-15 even for one degree of freedom.
    if (non_centrality > 10 * quantile + 10) {
        return 1;
    }
    // So far out only the spread matters: T = (Z + d) / sqrt(X / f) > q becomes X < f (d / q)^2, to
    // 1 / q^2. Boost's series does not reach there. (One degree of freedom, a level under 1e-4.)
    if (quantile > 5000) {
        const double ratio = non_centrality / quantile;
        return boost::math::cdf(boost::math::chi_squared(degrees_of_freedom),
                                degrees_of_freedom * ratio * ratio);
    }
    const boost::math::non_central_t distribution(degrees_of_freedom, non_centrality);
    return boost::math::cdf(boost::math::complement(distribution, quantile));
}

void check_probability(double probability) {
    if (!(probability > 0 && probability < 1)) {
        throw std::invalid_argument("a level and a power lie between 0 and 1");
    }
}

// The smallest n with one-sided power at level alpha; the power grows with n.
std::optional<std::int64_t> smallest_n(const PairedComparison& comparison, double effect,
                                       double alpha, double power) {
    check_probability(alpha);
    check_probability(power);
    if (!(effect > 0 && std::isfinite(effect))) {
        throw std::invalid_argument("an effect to plan for is finite and above 0");
    }
    if (!has_spread(comparison)) {
        return std::nullopt;
    }
    const auto suffices = [&](std::int64_t seeds) {
        const auto n = static_cast<double>(seeds);
        const double effect_in_standard_errors =
            effect / comparison.standard_deviation * std::sqrt(n);
        return one_sided_power(effect_in_standard_errors, n - 1, alpha) >= power;
    };
    std::int64_t enough = 2;
    while (!suffices(enough)) {
        if (enough >= most_seeds) {
            return std::nullopt;
        }
        enough = std::min(2 * enough, most_seeds);
    }
    std::int64_t too_few = enough / 2;  // 1 where 2 are enough
    while (enough - too_few > 1) {
        const std::int64_t middle = too_few + (enough - too_few) / 2;
        (suffices(middle) ? enough : too_few) = middle;
    }
    return enough;
}

}  // namespace

double one_sided_power(double effect_in_standard_errors, double degrees_of_freedom, double alpha) {
    return power_beyond(one_sided_quantile(degrees_of_freedom, alpha), effect_in_standard_errors,
                        degrees_of_freedom);
}

double minimum_detectable_effect(const PairedComparison& comparison, double alpha, double power) {
    check_probability(alpha);
    check_probability(power);
    if (!has_spread(comparison)) {
        return NAN;
    }
    const double degrees = comparison.degrees_of_freedom;
    const double quantile = one_sided_quantile(degrees, alpha / 2);
    const auto lack_of_power = [&](double non_centrality) {
        return power_beyond(quantile, non_centrality, degrees) - power;
    };
    // No effect has the power alpha / 2, which is too little. The power at an effect of twice the
    // quantile plus as much again is near 1 even for one degree of freedom.
    double high = 2 * quantile + 4;
    while (lack_of_power(high) < 0) {
        high *= 2;
    }
    std::uintmax_t iterations = 100;
    const auto bracket = boost::math::tools::toms748_solve(
        lack_of_power, 0.0, high, boost::math::tools::eps_tolerance<double>(40), iterations);
    return (bracket.first + bracket.second) / 2 * comparison.standard_error;
}

std::optional<std::int64_t> seeds_to_detect(const PairedComparison& comparison, double effect,
                                            double alpha, double power) {
    return smallest_n(comparison, effect, alpha / 2, power);
}

std::optional<std::int64_t> seeds_to_show_equivalence(const PairedComparison& comparison,
                                                      double margin, double alpha, double power) {
    return smallest_n(comparison, margin, alpha, 1 - (1 - power) / 2);
}

}  // namespace batchscope
