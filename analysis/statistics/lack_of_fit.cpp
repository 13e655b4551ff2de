#include "analysis/statistics/lack_of_fit.hpp"

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <limits>
#include <numeric>
#include <set>

namespace batchscope {
namespace {

using Block = CriticalBatchProfile::Block;
using Observation = CriticalBatchProfile::Observation;

/// Groups of blocks that no batch size connects; between them nothing can be compared.
double count_components(const CriticalBatchProfile& profile) {
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
double scatter_sum_of_squares(const CriticalBatchProfile& profile) {
    std::vector<Block> blocks = profile.blocks();
    const std::size_t levels = profile.log_batch_sizes().size();
    constexpr double negligible = 1e-13;
    double largest_mean = std::numeric_limits<double>::infinity();
    for (int sweep = 0; sweep < 10000 && largest_mean > negligible; ++sweep) {
        largest_mean = 0;
        std::vector<double> sums(levels, 0);
        std::vector<double> weights(levels, 0);
        for (Block& block : blocks) {
            const double mean =
                CriticalBatchProfile::mean_in(block, [](const auto& o) { return o.log_steps; });
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

}  // namespace

LackOfFit test_lack_of_fit(const CriticalBatchProfile& profile, double sum_of_squares,
                           double degrees_of_freedom) {
    LackOfFit test;
    const auto batch_sizes = static_cast<double>(profile.log_batch_sizes().size());
    const double components = count_components(profile);
    test.curve_degrees = batch_sizes - 1 - components;
    test.scatter_degrees = degrees_of_freedom - test.curve_degrees;
    if (test.scatter_degrees <= 0) {
        return test;
    }
    const double scatter = scatter_sum_of_squares(profile);
    test.has_identical_repeats =
        scatter <= test.scatter_degrees * negligible_scatter * negligible_scatter;
    if (test.has_identical_repeats || test.curve_degrees <= 0) {
        return test;
    }
    const double deviation = std::max(sum_of_squares - scatter, 0.0);
    test.f = deviation / test.curve_degrees / (scatter / test.scatter_degrees);
    const boost::math::fisher_f distribution(test.curve_degrees, test.scatter_degrees);
    test.p = boost::math::cdf(boost::math::complement(distribution, test.f));
    return test;
}

}  // namespace batchscope
