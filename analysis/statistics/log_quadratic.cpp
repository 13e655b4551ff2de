#include "analysis/statistics/log_quadratic.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace batchscope {
namespace {

/// sum of f(point) / sum of g(point).
template <class Numerator, class Denominator>
double ratio_of_sums_over(const std::vector<LossAtRate>& points, Numerator f, Denominator g) {
    double numerator = 0;
    double denominator = 0;
    for (const LossAtRate& point : points) {
        numerator += f(point);
        denominator += g(point);
    }
    return numerator / denominator;
}

bool is_valid_rate(double rate) {
    return std::isfinite(rate) && rate > 0;
}

std::size_t count_different_rates(const std::vector<LossAtRate>& sorted) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        count += i == 0 || sorted[i].rate != sorted[i - 1].rate ? 1 : 0;
    }
    return count;
}

/// loss = mean_loss + slope x + curvature q(x), with polynomials that are orthogonal over the
/// points (Forsythe 1957): x = ln rate - mean_log and q = x^2 - skew x - mean_square. Every
/// coefficient is a ratio of sums by itself, and nothing cancels.
struct Parabola {
    explicit Parabola(const std::vector<LossAtRate>& points);

    [[nodiscard]] double x(double rate) const { return std::log(rate) - mean_log; }
    [[nodiscard]] double q(double at) const { return at * at - skew * at - mean_square; }
    [[nodiscard]] double loss(double at) const {
        return mean_loss + slope * at + curvature * q(at);
    }
    [[nodiscard]] double vertex() const { return skew / 2 - slope / (2 * curvature); }

    double mean_log = 0;
    double mean_square = 0;
    double skew = 0;
    double mean_loss = 0;
    double slope = 0;
    double curvature = 0;
};

Parabola::Parabola(const std::vector<LossAtRate>& points) {
    const auto one = [](const LossAtRate&) { return 1.0; };
    const auto x_of = [this](const LossAtRate& p) { return x(p.rate); };
    const auto q_of = [this](const LossAtRate& p) { return q(x(p.rate)); };
    const auto product = [](auto f, auto g) {
        return [f, g](const LossAtRate& p) { return f(p) * g(p); };
    };
    const auto square = product(x_of, x_of);
    mean_log = ratio_of_sums_over(
        points, [](const LossAtRate& p) { return std::log(p.rate); }, one);
    mean_square = ratio_of_sums_over(points, square, one);
    skew = ratio_of_sums_over(points, product(x_of, square), square);
    mean_loss = ratio_of_sums_over(
        points, [](const LossAtRate& p) { return p.loss; }, one);
    const auto deviation = [this](const LossAtRate& p) { return p.loss - mean_loss; };
    slope = ratio_of_sums_over(points, product(deviation, x_of), square);
    curvature = ratio_of_sums_over(points, product(deviation, q_of), product(q_of, q_of));
}

/// The first of those with the lowest loss.
const LossAtRate& best_point(const std::vector<LossAtRate>& points) {
    return *std::min_element(
        points.begin(), points.end(),
        [](const LossAtRate& a, const LossAtRate& b) { return a.loss < b.loss; });
}

/// Whether the best point is inside (then `bracketed`), or at which edge.
BracketStatus place_of_best(const std::vector<LossAtRate>& sorted) {
    const double best_loss = best_point(sorted).loss;
    const auto reaches_it_at = [&](double rate) {
        return std::any_of(sorted.begin(), sorted.end(), [&](const LossAtRate& point) {
            return point.rate == rate && point.loss == best_loss;
        });
    };
    if (reaches_it_at(sorted.front().rate)) {
        return BracketStatus::best_at_smallest;
    }
    return reaches_it_at(sorted.back().rate) ? BracketStatus::best_at_largest
                                             : BracketStatus::bracketed;
}

/// The points that a parabola around the best one is fitted to. It is at no edge.
std::vector<LossAtRate> near_best(const std::vector<LossAtRate>& sorted) {
    constexpr double widest_factor = 4 * (1 + 1e-9);  // grids of powers of 2 or 4 reach it
    const double best = best_point(sorted).rate;
    double lowest = best;  // the next rates on both sides
    double highest = best;
    for (const LossAtRate& point : sorted) {
        if (point.rate < best) {
            lowest = point.rate;
        }
        if (point.rate > best && highest == best) {
            highest = point.rate;
        }
    }
    lowest = std::min(lowest, best / widest_factor);
    highest = std::max(highest, best * widest_factor);
    std::vector<LossAtRate> near;
    std::copy_if(sorted.begin(), sorted.end(), std::back_inserter(near),
                 [&](const LossAtRate& p) { return p.rate >= lowest && p.rate <= highest; });
    return near;
}

/// A point (ln rate, mean loss) for each rate.
struct LatticePoint {
    double x;
    double y;
};
std::vector<LatticePoint> lattice_of(const std::vector<LossAtRate>& sorted) {
    std::vector<LatticePoint> points;
    for (std::size_t i = 0; i < sorted.size();) {
        double sum = 0;
        std::size_t next = i;
        for (; next < sorted.size() && sorted[next].rate == sorted[i].rate; ++next) {
            sum += sorted[next].loss;
        }
        points.push_back({std::log(sorted[i].rate), sum / static_cast<double>(next - i)});
        i = next;
    }
    return points;
}

/// The minimum within [low, high] of the cubic through four points, by Newton's divided
/// differences; NaN where there is none.
double minimum_of_cubic(const LatticePoint* p, double low, double high) {
    const double d01 = (p[1].y - p[0].y) / (p[1].x - p[0].x);
    const double d12 = (p[2].y - p[1].y) / (p[2].x - p[1].x);
    const double d23 = (p[3].y - p[2].y) / (p[3].x - p[2].x);
    const double d012 = (d12 - d01) / (p[2].x - p[0].x);
    const double d123 = (d23 - d12) / (p[3].x - p[1].x);
    const double cubic = (d123 - d012) / (p[3].x - p[0].x);
    // With z = x - p[0].x the derivative is 3 c z^2 + 2 b z + a.
    const double z1 = p[1].x - p[0].x;
    const double z2 = p[2].x - p[0].x;
    const double b = d012 - cubic * (z1 + z2);
    const double a = d01 - d012 * z1 + cubic * z1 * z2;
    const double root = std::sqrt(b * b - 3 * cubic * a);
    // The root at which the second derivative, 6 c z + 2 b, is above 0; stable for a small c.
    const double z = b + root > 0 ? -a / (b + root) : (root - b) / (3 * cubic);
    const double x = p[0].x + z;
    return x >= low && x <= high ? x : std::nan("");
}

double vertex_of_three(const LatticePoint* p) {
    const double d01 = (p[1].y - p[0].y) / (p[1].x - p[0].x);
    const double d12 = (p[2].y - p[1].y) / (p[2].x - p[1].x);
    const double d012 = (d12 - d01) / (p[2].x - p[0].x);
    return (p[0].x + p[1].x) / 2 - d01 / (2 * d012);
}

double lattice_error(const std::vector<LossAtRate>& sorted, double log_vertex) {
    const std::vector<LatticePoint> points = lattice_of(sorted);
    const auto lowest =
        std::min_element(points.begin(), points.end(),
                         [](const LatticePoint& p, const LatticePoint& q) { return p.y < q.y; });
    const auto best = static_cast<std::size_t>(lowest - points.begin());
    if (best == 0 || best + 1 == points.size()) {  // its mean is not where one run was best
        return points.back().x - points.front().x;
    }
    const double low = points[best - 1].x;
    const double high = points[best + 1].x;
    if (points.size() < 4) {
        return std::max(high - log_vertex, log_vertex - low);
    }
    double error = std::abs(vertex_of_three(&points[best - 1]) - log_vertex);
    if (best >= 2) {
        error =
            std::fmax(error, std::abs(minimum_of_cubic(&points[best - 2], low, high) - log_vertex));
    }
    if (best + 2 < points.size()) {
        error =
            std::fmax(error, std::abs(minimum_of_cubic(&points[best - 1], low, high) - log_vertex));
    }
    return error;
}

}  // namespace

LogQuadratic fit_log_quadratic(std::vector<LossAtRate> tried) {
    LogQuadratic fit;
    if (!std::all_of(tried.begin(), tried.end(),
                     [](const LossAtRate& point) { return is_valid_rate(point.rate); })) {
        fit.status = BracketStatus::invalid_rate;
        return fit;
    }
    fit.diverged = static_cast<std::int64_t>(
        std::erase_if(tried, [](const LossAtRate& p) { return !std::isfinite(p.loss); }));
    std::sort(tried.begin(), tried.end(), [](const LossAtRate& a, const LossAtRate& b) {
        return std::tie(a.rate, a.loss) < std::tie(b.rate, b.loss);
    });
    if (count_different_rates(tried) < 3) {
        return fit;
    }
    fit.status = place_of_best(tried);
    if (fit.status != BracketStatus::bracketed) {
        return fit;
    }
    const std::vector<LossAtRate> near = near_best(tried);
    const Parabola parabola(near);
    fit.n = std::ssize(near);
    fit.curvature = parabola.curvature;
    if (fit.n > 3) {
        double squares = 0;
        for (const LossAtRate& point : near) {
            const double residual = point.loss - parabola.loss(parabola.x(point.rate));
            squares += residual * residual;
        }
        fit.residual_standard_deviation = std::sqrt(squares / static_cast<double>(fit.n - 3));
    }
    if (!(parabola.curvature > 0)) {
        fit.status = BracketStatus::not_convex;
        return fit;
    }
    const double vertex = parabola.vertex();
    if (!(vertex > parabola.x(near.front().rate) && vertex < parabola.x(near.back().rate))) {
        fit.status = BracketStatus::vertex_outside;
        return fit;
    }
    fit.best_rate = std::exp(parabola.mean_log + vertex);
    fit.best_loss = parabola.loss(vertex);
    fit.log_error = lattice_error(tried, parabola.mean_log + vertex);
    return fit;
}

}  // namespace batchscope
