#include "analysis/statistics/scaling_regimes.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "analysis/statistics/critical_batch_profile.hpp"

namespace batchscope {
namespace {

struct Run {
    double log_batch;
    double log_steps;
    double weight;
    std::size_t block;
};

/// One for all runs of a kind of seed at a batch size: borders are tried by the hundred.
std::vector<Run> mean_runs(const CriticalBatchProfile& profile) {
    std::vector<Run> runs;
    for (std::size_t block = 0; block < profile.mean_blocks().size(); ++block) {
        for (const CriticalBatchProfile::Observation& o : profile.mean_blocks()[block]) {
            runs.push_back({profile.log_batch_sizes()[o.level], o.log_steps, o.weight, block});
        }
    }
    return runs;
}

/// From ascending batch sizes.
std::vector<double> border_grid(const std::vector<double>& log_batch_sizes) {
    constexpr int parts = 8;
    std::vector<double> grid{log_batch_sizes.front()};
    for (std::size_t i = 1; i < log_batch_sizes.size(); ++i) {
        for (int part = 1; part < parts; ++part) {
            grid.push_back(std::lerp(log_batch_sizes[i - 1], log_batch_sizes[i],
                                     static_cast<double>(part) / parts));
        }
        grid.push_back(log_batch_sizes[i]);
    }
    return grid;
}

/// Takes the weighted mean of each block from its values.
void center_in_blocks(const std::vector<Run>& runs, std::size_t blocks,
                      std::vector<double>& values) {
    std::vector<double> sums(blocks, 0);
    std::vector<double> weights(blocks, 0);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        sums[runs[i].block] += runs[i].weight * values[i];
        weights[runs[i].block] += runs[i].weight;
    }
    for (std::size_t i = 0; i < runs.size(); ++i) {
        values[i] -= sums[runs[i].block] / weights[runs[i].block];
    }
}

struct LineFit {
    double slope;
    double sum_of_squares;
};

/// For given borders the model is linear in c and k: ln S + min(x, x1) = c - k (clamp(x, x1, x2) -
/// x1), x = ln B. k outside of [0, 1] is set to the nearer end, which is best there, as the sum of
/// squares is a parabola in k.
LineFit fit_at_borders(const std::vector<Run>& runs, std::size_t blocks, double x1, double x2) {
    std::vector<double> response;
    std::vector<double> middle;
    for (const Run& run : runs) {
        response.push_back(run.log_steps + std::min(run.log_batch, x1));
        middle.push_back(std::clamp(run.log_batch, x1, x2) - x1);
    }
    center_in_blocks(runs, blocks, response);
    center_in_blocks(runs, blocks, middle);
    double product = 0;
    double square = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        product += runs[i].weight * response[i] * middle[i];
        square += runs[i].weight * middle[i] * middle[i];
    }
    LineFit fit{square > 0 ? std::clamp(-product / square, 0.0, 1.0) : 0.0, 0.0};
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const double residual = response[i] + fit.slope * middle[i];
        fit.sum_of_squares += runs[i].weight * residual * residual;
    }
    return fit;
}

/// `parameters` with the variance among them; `n` exceeds their number by 2 or more. Sums of
/// squares that are rounding alone count as equal.
double corrected_akaike(double sum_of_squares, double n, double parameters) {
    constexpr double rounding_variance = 1e-14;
    const double variance = std::max(sum_of_squares / n, rounding_variance);
    return n * std::log(variance) + 2 * parameters +
           2 * parameters * (parameters + 1) / (n - parameters - 1);
}

}  // namespace

PiecewiseScaling fit_piecewise_scaling(const std::vector<StepsToTarget>& points, SeedRole seeds) {
    constexpr double any_confidence = 0.95;  // only the sum of squares is used
    constexpr std::int64_t fewest_batch_sizes = 6;
    PiecewiseScaling fit;
    const CriticalBatchFit hyperbola = fit_critical_batch(points, any_confidence, seeds);
    if (hyperbola.status == CriticalBatchStatus::invalid_point) {
        fit.status = PiecewiseStatus::invalid_point;
        return fit;
    }
    if (hyperbola.batch_sizes < fewest_batch_sizes) {
        return fit;
    }
    const auto n = static_cast<double>(points.size());
    const auto blocks = static_cast<double>(hyperbola.blocks);
    if (n - (blocks + 4) - 1 <= 0) {
        fit.status = PiecewiseStatus::too_few_runs;
        return fit;
    }

    const CriticalBatchProfile profile(points, seeds);
    const std::vector<Run> runs = mean_runs(profile);
    const std::vector<double> grid = border_grid(profile.log_batch_sizes());
    double x1 = 0;
    double x2 = 0;
    LineFit best{0, std::numeric_limits<double>::infinity()};
    for (std::size_t i = 0; i < grid.size(); ++i) {
        for (std::size_t j = i + 1; j < grid.size(); ++j) {
            const LineFit line =
                fit_at_borders(runs, profile.mean_blocks().size(), grid[i], grid[j]);
            if (line.sum_of_squares < best.sum_of_squares) {
                best = line;
                x1 = grid[i];
                x2 = grid[j];
            }
        }
    }
    fit.status = PiecewiseStatus::fitted;
    fit.perfect_until = std::exp(x1);
    fit.plateau_from = std::exp(x2);
    fit.slope = best.slope;
    double log_minimum_sum = 0;
    double weights = 0;
    for (const Run& run : runs) {
        const double above_plateau = x1 - std::min(run.log_batch, x1) +
                                     best.slope * (x2 - std::clamp(run.log_batch, x1, x2));
        log_minimum_sum += run.weight * (run.log_steps - above_plateau);
        weights += run.weight;
    }
    fit.minimum_steps = std::exp(log_minimum_sum / weights);
    fit.sum_of_squares = best.sum_of_squares + profile.scatter();
    fit.aicc = corrected_akaike(fit.sum_of_squares, n, blocks + 4);
    fit.hyperbola_aicc = corrected_akaike(hyperbola.sum_of_squares, n, blocks + 2);
    if (std::abs(fit.aicc - fit.hyperbola_aicc) > 2) {
        fit.preferred =
            fit.aicc < fit.hyperbola_aicc ? ScalingModel::piecewise : ScalingModel::hyperbola;
    }
    return fit;
}

}  // namespace batchscope
