#include "analysis/statistics/log_quadratic.hpp"

#include <algorithm>
#include <tuple>

namespace batchscope {
namespace {

/// sum of f(point) / sum of g(point).
template <class Numerator, class Denominator>
double ratio_of_sums_over(const std::vector<TriedRate>& points, Numerator f, Denominator g) {
    double numerator = 0;
    double denominator = 0;
    for (const TriedRate& point : points) {
        numerator += f(point);
        denominator += g(point);
    }
    return numerator / denominator;
}

bool is_valid_rate(double rate) {
    return std::isfinite(rate) && rate > 0;
}

std::size_t count_different_rates(const std::vector<TriedRate>& sorted) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        count += i == 0 || sorted[i].rate != sorted[i - 1].rate ? 1 : 0;
    }
    return count;
}

}  // namespace

LogQuadratic fit_log_quadratic(std::vector<TriedRate> tried) {
    LogQuadratic fit;
    if (!std::all_of(tried.begin(), tried.end(),
                     [](const TriedRate& point) { return is_valid_rate(point.rate); })) {
        fit.status = BracketStatus::invalid_rate;
        return fit;
    }
    fit.diverged = std::erase_if(tried, [](const TriedRate& p) { return !std::isfinite(p.loss); });
    fit.n = static_cast<std::int64_t>(tried.size());
    std::sort(tried.begin(), tried.end(), [](const TriedRate& a, const TriedRate& b) {
        return std::tie(a.rate, a.loss) < std::tie(b.rate, b.loss);
    });
    if (count_different_rates(tried) < 3) {
        return fit;
    }
    // In polynomials that are orthogonal over the points (Forsythe 1957), x = ln rate - mean and
    // q = x^2 - a x - m, both coefficients are ratios of sums and nothing cancels.
    const auto one = [](const TriedRate&) { return 1.0; };
    const double mean_log = ratio_of_sums_over(
        tried, [](const TriedRate& p) { return std::log(p.rate); }, one);
    const auto x = [&](const TriedRate& p) { return std::log(p.rate) - mean_log; };
    const auto square = [&](const TriedRate& p) { return x(p) * x(p); };
    const double skew = ratio_of_sums_over(
        tried, [&](const TriedRate& p) { return x(p) * square(p); }, square);
    const double mean_square = ratio_of_sums_over(tried, square, one);
    const auto q_at = [&](double at) { return at * at - skew * at - mean_square; };
    const auto q = [&](const TriedRate& p) { return q_at(x(p)); };
    const double mean_loss = ratio_of_sums_over(
        tried, [](const TriedRate& p) { return p.loss; }, one);
    const auto loss = [&](const TriedRate& p) { return p.loss - mean_loss; };
    const double slope = ratio_of_sums_over(
        tried, [&](const TriedRate& p) { return loss(p) * x(p); }, square);
    fit.curvature = ratio_of_sums_over(
        tried, [&](const TriedRate& p) { return loss(p) * q(p); },
        [&](const TriedRate& p) { return q(p) * q(p); });
    if (fit.n > 3) {
        const auto residual = [&](const TriedRate& p) {
            return loss(p) - slope * x(p) - fit.curvature * q(p);
        };
        const double mean_squared_residual = ratio_of_sums_over(
            tried, [&](const TriedRate& p) { return residual(p) * residual(p); }, one);
        const auto n = static_cast<double>(fit.n);
        fit.residual_standard_deviation = std::sqrt(mean_squared_residual * n / (n - 3));
    }

    const auto has_smaller_loss = [](const TriedRate& a, const TriedRate& b) {
        return a.loss < b.loss;
    };
    const double best_loss = std::min_element(tried.begin(), tried.end(), has_smaller_loss)->loss;
    for (const TriedRate& point : tried) {
        if (point.loss == best_loss && point.rate == tried.front().rate) {
            fit.status = BracketStatus::best_at_smallest;
            return fit;
        }
        if (point.loss == best_loss && point.rate == tried.back().rate) {
            fit.status = BracketStatus::best_at_largest;
            return fit;
        }
    }
    if (!(fit.curvature > 0)) {
        fit.status = BracketStatus::not_convex;
        return fit;
    }
    const double vertex = skew / 2 - slope / (2 * fit.curvature);
    if (!(vertex > x(tried.front()) && vertex < x(tried.back()))) {
        fit.status = BracketStatus::vertex_outside;
        return fit;
    }
    fit.status = BracketStatus::bracketed;
    fit.best_rate = std::exp(mean_log + vertex);
    fit.best_loss = mean_loss + slope * vertex + fit.curvature * q_at(vertex);
    return fit;
}

}  // namespace batchscope
