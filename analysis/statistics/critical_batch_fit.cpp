#include "analysis/statistics/critical_batch_fit.hpp"

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/roots.hpp>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "analysis/statistics/interval.hpp"

namespace batchscope {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A run as the fit needs it.
struct Observation {
    double log_steps;
    double weight;
    std::size_t level;  ///< index of its batch size
    std::size_t index;  ///< among the points given
};

/// Runs that share one minimum number of steps.
using Block = std::vector<Observation>;

/// ln(1 + B_crit / B), without overflow; up to a constant, -ln B for an infinite B_crit.
double log_steps_shape(double log_critical, double log_batch) {
    if (log_critical == infinity) {
        return -log_batch;
    }
    const double z = log_critical - log_batch;
    return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
}

template <class Value>
double weighted_mean(const Block& block, Value value) {
    double sum = 0;
    double weights = 0;
    for (const Observation& observation : block) {
        sum += observation.weight * value(observation);
        weights += observation.weight;
    }
    return sum / weights;
}

/// The sum of squares as a function of ln B_crit alone.
class Profile {
  public:
    Profile(const std::vector<StepsToTarget>& points, SeedRole seeds);

    [[nodiscard]] const std::vector<double>& log_batch_sizes() const { return log_batch_sizes_; }
    [[nodiscard]] const std::vector<Block>& blocks() const { return blocks_; }

    [[nodiscard]] double sum_of_squares(double log_critical) const {
        double sum = 0;
        for_each_residual(log_critical, [&](const Observation& observation, double residual) {
            sum += observation.weight * residual * residual;
        });
        return sum;
    }

    /// Calls `visit(observation, residual)` for the best minimum of each block.
    template <class Visit>
    void for_each_residual(double log_critical, Visit visit) const {
        std::vector<double> shape;
        for (const double log_batch : log_batch_sizes_) {
            shape.push_back(log_steps_shape(log_critical, log_batch));
        }
        for (const Block& block : blocks_) {
            const auto deviation = [&](const Observation& o) {
                return o.log_steps - shape[o.level];
            };
            const double minimum = weighted_mean(block, deviation);
            for (const Observation& observation : block) {
                visit(observation, deviation(observation) - minimum);
            }
        }
    }

  private:
    std::vector<double> log_batch_sizes_;  // different ones, ascending
    std::vector<Block> blocks_;
};

Profile::Profile(const std::vector<StepsToTarget>& points, SeedRole seeds) {
    // Sorted, so that sums do not depend on the order of the files.
    std::vector<std::size_t> order(points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto key = [&](std::size_t i) {
        return std::tie(points[i].batch_size, points[i].seed, points[i].steps, points[i].weight);
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return key(a) < key(b); });

    const std::vector<std::size_t> block = block_of_each_run(points, seeds);
    for (const std::size_t b : block) {
        blocks_.resize(std::max(blocks_.size(), b + 1));
    }
    double last_batch_size = 0;
    for (const std::size_t index : order) {
        const StepsToTarget& point = points[index];
        if (point.batch_size != last_batch_size) {
            log_batch_sizes_.push_back(std::log(point.batch_size));
            last_batch_size = point.batch_size;
        }
        blocks_[block[index]].push_back(
            {std::log(point.steps), point.weight, log_batch_sizes_.size() - 1, index});
    }
}

/// The best ln B_crit (-infinity and infinity included), and the members of the confidence set that
/// a grid shows.
class GridSearch {
  public:
    explicit GridSearch(const Profile& profile);

    [[nodiscard]] double best() const { return best_; }
    [[nodiscard]] double smallest_sum() const { return smallest_sum_; }
    /// The ends of { ln B_crit : SSR <= limit }; infinite where it has none.
    [[nodiscard]] double lower_end(double limit) const;
    [[nodiscard]] double upper_end(double limit) const;

  private:
    [[nodiscard]] double crossing(double outside, double inside, double limit) const;

    // Outside of the batch sizes the curve comes to its limits as exp(-distance): at 20 it is there
    // to 2e-9, far below any scatter of training.
    static constexpr double margin = 20;
    static constexpr double spacing = 0.25;

    const Profile& profile_;
    std::vector<double> grid_;
    std::vector<double> sums_;
    double best_ = 0;
    double smallest_sum_ = 0;
};

GridSearch::GridSearch(const Profile& profile) : profile_(profile) {
    const double first = profile.log_batch_sizes().front() - margin;
    const double last = profile.log_batch_sizes().back() + margin;
    const auto intervals = static_cast<std::size_t>(std::ceil((last - first) / spacing));
    for (std::size_t i = 0; i <= intervals; ++i) {
        grid_.push_back(first + static_cast<double>(i) * spacing);
        sums_.push_back(profile.sum_of_squares(grid_.back()));
    }
    const auto smallest = std::min_element(sums_.begin(), sums_.end());
    const auto at = static_cast<std::size_t>(smallest - sums_.begin());
    smallest_sum_ = infinity;
    if (at > 0 && at < intervals) {
        constexpr int bits = std::numeric_limits<double>::digits / 2;
        std::tie(best_, smallest_sum_) = boost::math::tools::brent_find_minima(
            [&](double log_critical) { return profile_.sum_of_squares(log_critical); },
            grid_[at - 1], grid_[at + 1], bits);
    }
    for (const double limit : {-infinity, infinity}) {
        const double sum = profile.sum_of_squares(limit);
        if (sum <= smallest_sum_) {
            best_ = limit;
            smallest_sum_ = sum;
        }
    }
}

double GridSearch::lower_end(double limit) const {
    if (profile_.sum_of_squares(-infinity) <= limit || sums_.front() <= limit) {
        return -infinity;
    }
    double outside = grid_.front();
    for (std::size_t i = 1; i < grid_.size() && grid_[i] < best_ && sums_[i] > limit; ++i) {
        outside = grid_[i];
    }
    // The first member: a grid point before the best one, or the best one itself.
    const double inside = std::min({outside + spacing, best_, grid_.back()});
    return crossing(outside, inside, limit);
}

double GridSearch::upper_end(double limit) const {
    if (profile_.sum_of_squares(infinity) <= limit || sums_.back() <= limit) {
        return infinity;
    }
    double outside = grid_.back();
    for (std::size_t i = grid_.size() - 1; i-- > 0 && grid_[i] > best_ && sums_[i] > limit;) {
        outside = grid_[i];
    }
    const double inside = std::max({outside - spacing, best_, grid_.front()});
    return crossing(outside, inside, limit);
}

double GridSearch::crossing(double outside, double inside, double limit) const {
    const auto excess = [&](double log_critical) {
        return profile_.sum_of_squares(log_critical) - limit;
    };
    const double excess_inside = excess(inside);
    if (excess_inside >= 0) {
        return inside;  // no scatter: the set is the best value alone
    }
    boost::uintmax_t iterations = 200;
    const auto bracket = boost::math::tools::toms748_solve(
        excess, std::min(outside, inside), std::max(outside, inside),
        outside < inside ? excess(outside) : excess_inside,
        outside < inside ? excess_inside : excess(outside),
        boost::math::tools::eps_tolerance<double>(45), iterations);
    return std::midpoint(bracket.first, bracket.second);
}

/// Groups of blocks that no batch size connects; between them nothing can be compared.
double count_components(const Profile& profile) {
    std::vector<std::size_t> label(profile.blocks().size());
    std::iota(label.begin(), label.end(), std::size_t{0});
    std::vector<std::size_t> label_of_level(profile.log_batch_sizes().size(), label.size());
    for (bool has_changed = true; has_changed;) {
        has_changed = false;
        for (std::size_t b = 0; b < label.size(); ++b) {
            for (const Observation& o : profile.blocks()[b]) {
                const std::size_t smaller = std::min(label[b], label_of_level[o.level]);
                has_changed |= label[b] != smaller || label_of_level[o.level] != smaller;
                label[b] = label_of_level[o.level] = smaller;
            }
        }
    }
    return static_cast<double>(std::set<std::size_t>(label.begin(), label.end()).size());
}

/// The sum of squares around a free value for each batch size and each block: what no curve over
/// batch sizes can explain. Both sets of means are removed in turn until none is left (Gauss-Seidel
/// on the normal equations); at once where every seed has every batch size.
double scatter_sum_of_squares(const Profile& profile) {
    std::vector<Block> blocks = profile.blocks();
    const std::size_t levels = profile.log_batch_sizes().size();
    constexpr double negligible = 1e-13;
    double largest_mean = infinity;
    for (int sweep = 0; sweep < 10000 && largest_mean > negligible; ++sweep) {
        largest_mean = 0;
        std::vector<double> sums(levels, 0);
        std::vector<double> weights(levels, 0);
        for (Block& block : blocks) {
            const double mean = weighted_mean(block, [](const auto& o) { return o.log_steps; });
            largest_mean = std::max(largest_mean, std::abs(mean));
            for (Observation& o : block) {
                o.log_steps -= mean;
                sums[o.level] += o.weight * o.log_steps;
                weights[o.level] += o.weight;
            }
        }
        for (Block& block : blocks) {
            for (Observation& o : block) {
                o.log_steps -= sums[o.level] / weights[o.level];
            }
        }
    }
    double sum = 0;
    for (const Block& block : blocks) {
        for (const Observation& o : block) {
            sum += o.weight * o.log_steps * o.log_steps;
        }
    }
    return sum;
}

// A standard deviation of ln steps that only rounding gives.
constexpr double rounding_scatter = 1e-7;

LackOfFit test_lack_of_fit(const Profile& profile, const CriticalBatchFit& fit) {
    LackOfFit test;
    const auto batch_sizes = static_cast<double>(fit.batch_sizes);
    const double components = count_components(profile);
    test.curve_degrees = batch_sizes - 1 - components;
    test.scatter_degrees = fit.degrees_of_freedom - test.curve_degrees;
    if (test.scatter_degrees <= 0 || test.curve_degrees <= 0) {
        return test;
    }
    const double scatter = scatter_sum_of_squares(profile);
    if (scatter <= test.scatter_degrees * rounding_scatter * rounding_scatter) {
        return test;
    }
    const double deviation = std::max(fit.sum_of_squares - scatter, 0.0);
    test.f = deviation / test.curve_degrees / (scatter / test.scatter_degrees);
    const boost::math::fisher_f distribution(test.curve_degrees, test.scatter_degrees);
    test.p = boost::math::cdf(boost::math::complement(distribution, test.f));
    return test;
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

std::vector<std::size_t> block_of_each_run(const std::vector<StepsToTarget>& points,
                                           SeedRole seeds) {
    std::map<std::uint64_t, std::set<double>> batch_sizes_of_seed;
    for (const StepsToTarget& point : points) {
        batch_sizes_of_seed[point.seed].insert(point.batch_size);
    }
    std::map<std::uint64_t, std::size_t> block_of_seed;
    std::size_t own_blocks = 0;
    for (const auto& [seed, batch_sizes] : batch_sizes_of_seed) {
        if (seeds == SeedRole::blocks && batch_sizes.size() > 1) {
            block_of_seed[seed] = own_blocks++;
        }
    }
    std::vector<std::size_t> blocks;
    for (const StepsToTarget& point : points) {
        const auto own = block_of_seed.find(point.seed);
        blocks.push_back(own == block_of_seed.end() ? own_blocks : own->second);
    }
    return blocks;
}

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
    const Profile profile(points, seeds);
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
    const GridSearch search(profile);
    const double best = search.best();
    fit.sum_of_squares = search.smallest_sum();
    fit.residual_standard_deviation = std::sqrt(fit.sum_of_squares / fit.degrees_of_freedom);
    fit.is_without_scatter = fit.residual_standard_deviation <= rounding_scatter;
    fit.residuals.resize(points.size());
    double log_minimum_sum = 0;
    double weights = 0;
    profile.for_each_residual(best, [&](const Observation& o, double residual) {
        fit.residuals[o.index] = residual;
        log_minimum_sum +=
            o.weight * (o.log_steps - log_steps_shape(best, profile.log_batch_sizes()[o.level]));
        weights += o.weight;
    });
    // In the limit of perfect scaling the shape is -ln B, and what it leaves is ln E_min.
    const double minimum = std::exp(log_minimum_sum / weights);
    fit.critical_batch = std::exp(best);
    fit.minimum_steps = best == infinity ? 0 : minimum;
    fit.minimum_examples = best == infinity ? minimum : minimum * fit.critical_batch;

    const double t = student_quantile(confidence, fit.degrees_of_freedom);  // t^2 = F_{1, d}
    const double limit = fit.sum_of_squares * (1 + t * t / fit.degrees_of_freedom);
    const double log_lower = search.lower_end(limit);
    const double log_upper = search.upper_end(limit);
    fit.lower = std::exp(log_lower);
    fit.upper = std::exp(log_upper);
    fit.bounds = bounds_of(log_lower, log_upper);
    fit.lack_of_fit = test_lack_of_fit(profile, fit);
    return fit;
}

BatchRegime batch_regime(double batch_size, double critical_batch, double tolerance) {
    if (batch_size <= tolerance * critical_batch) {
        return BatchRegime::perfect_scaling;
    }
    if (batch_size >= critical_batch / tolerance) {
        return BatchRegime::plateau;
    }
    return std::isnan(batch_size + critical_batch) ? BatchRegime::unknown
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
