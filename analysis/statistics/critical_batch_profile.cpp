#include "analysis/statistics/critical_batch_profile.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

namespace batchscope {

double log_steps_shape(double log_critical, double log_batch) {
    if (log_critical == std::numeric_limits<double>::infinity()) {
        return -log_batch;
    }
    const double z = log_critical - log_batch;
    return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
}

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

CriticalBatchProfile::CriticalBatchProfile(const std::vector<StepsToTarget>& points,
                                           SeedRole seeds) {
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

double CriticalBatchProfile::sum_of_squares(double log_critical) const {
    double sum = 0;
    for_each_residual(log_critical, [&](const Observation& observation, double residual) {
        sum += observation.weight * residual * residual;
    });
    return sum;
}

double CriticalBatchProfile::squared_distance(double log_critical,
                                              double other_log_critical) const {
    std::vector<double> difference;
    for (const double log_batch : log_batch_sizes_) {
        difference.push_back(log_steps_shape(log_critical, log_batch) -
                             log_steps_shape(other_log_critical, log_batch));
    }
    double sum = 0;
    for (const Block& block : blocks_) {
        const double mean =
            mean_in(block, [&](const Observation& o) { return difference[o.level]; });
        for (const Observation& o : block) {
            const double deviation = difference[o.level] - mean;
            sum += o.weight * deviation * deviation;
        }
    }
    return sum;
}

}  // namespace batchscope
