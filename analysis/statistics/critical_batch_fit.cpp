#include "analysis/statistics/critical_batch_fit.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/roots.hpp>
#include <limits>
#include <numeric>
#include <tuple>

#include "analysis/statistics/critical_batch_profile.hpp"
#include "analysis/statistics/interval.hpp"
#include "analysis/statistics/lack_of_fit.hpp"
#include "core/not_finite.hpp"

namespace batchscope {
namespace {

/// ln B_crit at even distances around the batch sizes, and the sum of squares there.
struct Grid {
    // Outside of the batch sizes the curve comes to its limits as exp(-distance): at 20 it is there
    // to 2e-9, far below any scatter of training.
    static constexpr double margin = 20;
    static constexpr double spacing = 0.25;

    explicit Grid(const CriticalBatchProfile& profile) {
        const double first = profile.log_batch_sizes().front() - margin;
        const double last = profile.log_batch_sizes().back() + margin;
        const auto intervals = static_cast<std::size_t>(std::ceil((last - first) / spacing));
        for (std::size_t i = 0; i <= intervals; ++i) {
            log_critical.push_back(first + static_cast<double>(i) * spacing);
            sums.push_back(profile.sum_of_squares(log_critical.back()));
        }
    }

    std::vector<double> log_critical;
    std::vector<double> sums;
};

struct Minimum {
    double log_critical;  ///< -infinity and infinity included
    double sum_of_squares;
};

Minimum find_minimum(const CriticalBatchProfile& profile, const Grid& grid) {
    const auto smallest = std::min_element(grid.sums.begin(), grid.sums.end());
    const auto at = static_cast<std::size_t>(smallest - grid.sums.begin());
    Minimum minimum{0, infinity};
    if (at > 0 && at + 1 < grid.sums.size()) {
        constexpr int bits = std::numeric_limits<double>::digits / 2;  // all that a minimum has
        std::tie(minimum.log_critical, minimum.sum_of_squares) =
            boost::math::tools::brent_find_minima(
                [&](double log_critical) { return profile.sum_of_squares(log_critical); },
                grid.log_critical[at - 1], grid.log_critical[at + 1], bits);
    }
    for (const double limit : {-infinity, infinity}) {
        const double sum = profile.sum_of_squares(limit);
        if (sum <= minimum.sum_of_squares) {
            minimum = {limit, sum};
        }
    }
    return minimum;
}

/// The values of ln B_crit that a test at 1 - confidence does not reject.
class ConfidenceSet {
  public:
    ConfidenceSet(const CriticalBatchProfile& profile, const Grid& grid, Minimum minimum,
                  double degrees_of_freedom, double confidence)
        : profile_(profile),
          grid_(grid),
          minimum_(minimum),
          student_(degrees_of_freedom),
          deviation_(std::sqrt(minimum.sum_of_squares / degrees_of_freedom)),
          level_(1 - confidence),
          certain_t_(student_quantile(confidence, degrees_of_freedom)) {}

    /// The smallest and the largest member; infinite where the set has no end.
    [[nodiscard]] double lower_end() const;
    [[nodiscard]] double upper_end() const;

  private:
    [[nodiscard]] double p_value(double log_critical, double sum_of_squares) const;
    [[nodiscard]] double tail(double t, double log_critical, double limit) const;
    [[nodiscard]] bool contains(double log_critical, double sum_of_squares) const;
    [[nodiscard]] double border(double outside, double inside) const;

    const CriticalBatchProfile& profile_;
    const Grid& grid_;
    Minimum minimum_;
    boost::math::students_t student_;
    double deviation_;
    double level_;
    double certain_t_;  // at and beyond it the test rejects, however near a limit is
};

/// Of the F test, whose F is the square of t, as the sum of its two tails.
double ConfidenceSet::p_value(double log_critical, double sum_of_squares) const {
    const double excess = sum_of_squares - minimum_.sum_of_squares;
    if (excess <= 0) {
        return 1;
    }
    const double t = std::sqrt(excess) / deviation_;
    if (std::isinf(t)) {
        return 0;
    }
    return tail(t, log_critical, -infinity) + tail(t, log_critical, infinity);
}

/// The probability of an F above t^2 from estimates on the side of `limit`, if `log_critical` is
/// true. Seen from there the curve is a line that ends at the limit after d standard deviations. An
/// estimate without this end would lie z away; beyond it the best value is the end, and the excess
/// is z^2 - (z - d)^2 in place of z^2. So t^2 is exceeded from z = (t^2 + d^2) / (2 d) on.
double ConfidenceSet::tail(double t, double log_critical, double limit) const {
    const double d = std::sqrt(profile_.squared_distance(log_critical, limit)) / deviation_;
    const double z = d >= t ? t : (t * t + d * d) / (2 * d);
    return std::isfinite(z) ? boost::math::cdf(boost::math::complement(student_, z)) : 0;
}

bool ConfidenceSet::contains(double log_critical, double sum_of_squares) const {
    // Most values are far away: no distribution function for these.
    const double excess = sum_of_squares - minimum_.sum_of_squares;
    return std::sqrt(std::max(excess, 0.0)) <= certain_t_ * deviation_ &&
           p_value(log_critical, sum_of_squares) >= level_;
}

double ConfidenceSet::lower_end() const {
    if (contains(-infinity, profile_.sum_of_squares(-infinity)) ||
        contains(grid_.log_critical.front(), grid_.sums.front())) {
        return -infinity;
    }
    std::size_t first = 1;  // grid points before it, and before the best value, are outside
    while (first < grid_.sums.size() && grid_.log_critical[first] < minimum_.log_critical &&
           !contains(grid_.log_critical[first], grid_.sums[first])) {
        ++first;
    }
    const double inside = first < grid_.sums.size()
                              ? std::min(grid_.log_critical[first], minimum_.log_critical)
                              : minimum_.log_critical;
    return border(grid_.log_critical[first - 1], inside);
}

double ConfidenceSet::upper_end() const {
    if (contains(infinity, profile_.sum_of_squares(infinity)) ||
        contains(grid_.log_critical.back(), grid_.sums.back())) {
        return infinity;
    }
    std::size_t first = grid_.sums.size() - 1;  // one after the last that may be inside
    while (first > 0 && grid_.log_critical[first - 1] > minimum_.log_critical &&
           !contains(grid_.log_critical[first - 1], grid_.sums[first - 1])) {
        --first;
    }
    const double inside = first > 0 ? std::max(grid_.log_critical[first - 1], minimum_.log_critical)
                                    : minimum_.log_critical;
    return border(grid_.log_critical[first], inside);
}

double ConfidenceSet::border(double outside, double inside) const {
    if (std::isinf(inside)) {
        return outside;  // runs without scatter at a limit: nothing else is inside
    }
    const auto excess = [&](double log_critical) {
        return p_value(log_critical, profile_.sum_of_squares(log_critical)) - level_;
    };
    if (excess(outside) >= 0) {
        return outside;  // on the border, to rounding
    }
    const double low = std::min(outside, inside);
    const double high = std::max(outside, inside);
    boost::uintmax_t iterations = 200;
    const auto bracket = boost::math::tools::toms748_solve(
        excess, low, high, boost::math::tools::eps_tolerance<double>(45), iterations);
    return std::midpoint(bracket.first, bracket.second);
}

bool is_positive(double value) {
    return std::isfinite(value) && value > 0;
}

CriticalBatchBounds bounds_of(double log_lower, double log_upper) {
    if (log_lower == -infinity) {
        return log_upper == infinity ? CriticalBatchBounds::none : CriticalBatchBounds::only_upper;
    }
    return log_upper == infinity ? CriticalBatchBounds::only_lower : CriticalBatchBounds::bounded;
}

}  // namespace

CriticalBatchFit fit_critical_batch(const std::vector<StepsToTarget>& points, double confidence,
                                    SeedRole seeds) {
    CriticalBatchFit fit;
    fit.runs = static_cast<std::int64_t>(points.size());
    if (!std::all_of(points.begin(), points.end(), [](const StepsToTarget& point) {
            return is_positive(point.batch_size) && is_positive(point.steps) &&
                   is_positive(point.weight);
        })) {
        fit.status = CriticalBatchStatus::invalid_point;
        return fit;
    }
    const CriticalBatchProfile profile(points, seeds);
    fit.batch_sizes = static_cast<std::int64_t>(profile.log_batch_sizes().size());
    fit.blocks = static_cast<std::int64_t>(profile.blocks().size());
    if (fit.batch_sizes < 3) {
        return fit;
    }
    if (fit.runs - fit.blocks - 1 <= 0) {
        fit.status = CriticalBatchStatus::too_few_runs;
        return fit;
    }
    fit.degrees_of_freedom = static_cast<double>(fit.runs - fit.blocks - 1);

    fit.status = CriticalBatchStatus::fitted;
    const Grid grid(profile);
    const Minimum minimum = find_minimum(profile, grid);
    const double best = minimum.log_critical;
    fit.sum_of_squares = minimum.sum_of_squares;
    fit.residual_standard_deviation = std::sqrt(fit.sum_of_squares / fit.degrees_of_freedom);
    fit.is_without_scatter = fit.residual_standard_deviation <= negligible_scatter;
    fit.residuals.resize(points.size());
    double log_minimum_sum = 0;
    double weights = 0;
    profile.for_each_residual(best, [&](const CriticalBatchProfile::Observation& o,
                                        double residual) {
        fit.residuals[o.index] = residual;
        log_minimum_sum +=
            o.weight * (o.log_steps - log_steps_shape(best, profile.log_batch_sizes()[o.level]));
        weights += o.weight;
    });
    // In the limit of perfect scaling the shape is -ln B, and what it leaves is ln E_min.
    const double steps = std::exp(log_minimum_sum / weights);
    fit.critical_batch = std::exp(best);
    fit.minimum_steps = best == infinity ? 0 : steps;
    fit.minimum_examples = best == infinity ? steps : steps * fit.critical_batch;

    const ConfidenceSet set(profile, grid, minimum, fit.degrees_of_freedom, confidence);
    const double log_lower = set.lower_end();
    const double log_upper = set.upper_end();
    fit.lower = std::exp(log_lower);
    fit.upper = std::exp(log_upper);
    fit.bounds = bounds_of(log_lower, log_upper);
    fit.lack_of_fit = test_lack_of_fit(profile, fit.sum_of_squares, fit.degrees_of_freedom);
    return fit;
}

BatchRegime batch_regime(double batch_size, double critical_batch, double tolerance) {
    if (batch_size <= tolerance * critical_batch) {
        return BatchRegime::perfect_scaling;
    }
    if (batch_size >= critical_batch / tolerance) {
        return BatchRegime::plateau;
    }
    return std::isnan(batch_size + critical_batch) ? BatchRegime::not_known
                                                   : BatchRegime::diminishing_returns;
}

double local_scaling_slope(double batch_size, double critical_batch) {
    // Not B_crit / (B + B_crit), which is not a number for an infinite B_crit.
    return 1 / (1 + batch_size / critical_batch);
}

double batch_size_at_overhead(double critical_batch, double overhead) {
    return overhead * critical_batch;
}

}  // namespace batchscope
