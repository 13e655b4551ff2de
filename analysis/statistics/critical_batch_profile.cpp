#include "analysis/statistics/critical_batch_profile.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

namespace batchscope {
namespace {

using Observation = CriticalBatchProfile::Observation;
using Block = CriticalBatchProfile::Block;

/// Runs at the same batch size become one; the block is in the order of its levels.
Block mean_of_each_level(const Block& block) {
    Block means;
    for (auto first = block.begin(); first != block.end();) {
        const auto last = std::find_if(
            first, block.end(), [&](const Observation& o) { return o.level != first->level; });
        const Block runs(first, last);
        double weight = 0;
        for (const Observation& run : runs) {
            weight += run.weight;
        }
        const double mean =
            CriticalBatchProfile::mean_in(runs, [](const Observation& o) { return o.log_steps; });
        means.push_back({mean, weight, first->level, first->index});
        first = last;
    }
    return means;
}

/// The sum of squares of what `means`, one for each level of the block, leave of it at its best
/// minimum.
double squares_around(const Block& block, const Block& means) {
    auto mean = means.begin();
    Block differences = block;
    for (Observation& o : differences) {
        while (mean->level != o.level) {
            ++mean;
        }
        o.log_steps -= mean->log_steps;
    }
    const double shift = CriticalBatchProfile::mean_in(
        differences, [](const Observation& o) { return o.log_steps; });
    double sum = 0;
    for (const Observation& o : differences) {
        sum += o.weight * (o.log_steps - shift) * (o.log_steps - shift);
    }
    return sum;
}

}  // namespace

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
    add_mean_blocks();
}

void CriticalBatchProfile::add_mean_blocks() {
    std::map<std::vector<std::pair<std::size_t, double>>, std::vector<Block>> blocks_of_kind;
    for (const Block& block : blocks_) {
        const Block means = mean_of_each_level(block);
        scatter_ += squares_around(block, means);
        std::vector<std::pair<std::size_t, double>> kind;
        for (const Observation& mean : means) {
            kind.emplace_back(mean.level, mean.weight);
        }
        blocks_of_kind[kind].push_back(means);
    }
    for (const auto& [kind, blocks] : blocks_of_kind) {
        Block means = blocks.front();
        for (std::size_t i = 0; i < means.size(); ++i) {
            double sum = 0;
            for (const Block& block : blocks) {
                sum += block[i].log_steps;
            }
            means[i].log_steps = sum / static_cast<double>(blocks.size());
        }
        for (const Block& block : blocks) {
            scatter_ += squares_around(block, means);
        }
        for (Observation& mean : means) {
            mean.weight *= static_cast<double>(blocks.size());
        }
        mean_blocks_.push_back(std::move(means));
    }
}

double CriticalBatchProfile::sum_of_squares(double log_critical) const {
    double sum = scatter_;
    for_each_residual_of(mean_blocks_, log_critical,
                         [&](const Observation& observation, double residual) {
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
    for (const Block& block : mean_blocks_) {
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
