#include "analysis/claims/gradient_noise_measure.hpp"

#include <algorithm>

namespace batchscope {

namespace {

bool holds_noise(const Arm& arm) {
    return std::any_of(arm.runs.begin(), arm.runs.end(),
                       [](const auto& entry) { return !entry.second->batch_gradients.empty(); });
}

/// nullptr where no run of the recipe holds any noise.
const Arm* reference_arm(const Recipe& recipe) {
    const Arm* nearest = nullptr;
    double least = infinity;
    for (const Arm& arm : recipe.arms) {  // ascending: of two equally near, the smaller one stays
        const double square_of_middle = static_cast<double>(recipe.arms.front().batch_size) *
                                        static_cast<double>(recipe.arms.back().batch_size);
        const double square = std::pow(static_cast<double>(arm.batch_size), 2);
        const double ratio = std::max(square / square_of_middle, square_of_middle / square);
        if (holds_noise(arm) && ratio < least) {
            nearest = &arm;
            least = ratio;
        }
    }
    return nearest;
}

/// The epoch of the row nearest to half of those of the run, strictly inside; NaN without any.
double middle_epoch(const AnalyzedRun& run) {
    double middle = unknown;
    const double half = run.metrics.epoch / 2;
    for (const BatchGradientVariance& row : run.batch_gradients) {
        const bool is_inside = row.steps > 0 && row.steps < run.metrics.steps;
        if (is_inside && !(std::abs(row.epoch - half) >= std::abs(middle - half))) {
            middle = row.epoch;
        }
    }
    return middle;
}

void add_measures(std::vector<GradientNoiseMeasure>& measures, std::uint64_t seed,
                  const AnalyzedRun& run) {
    const double middle = middle_epoch(run);
    for (const BatchGradientVariance& row : run.batch_gradients) {
        const auto add = [&](WeightsAt weights) {
            measures.push_back(
                {seed, weights, row.batch_size, row.batches, row.examples, row.variance});
        };
        if (row.steps == 0) {
            add(WeightsAt::start);
        } else if (row.steps == run.metrics.steps) {
            add(WeightsAt::end);
        } else if (row.epoch == middle) {
            add(WeightsAt::middle);
        }
    }
}

}  // namespace

std::vector<GradientNoiseMeasure> gradient_noise_measures(const Recipe& recipe) {
    std::vector<GradientNoiseMeasure> measures;
    if (const Arm* reference = reference_arm(recipe)) {
        for (const auto& [seed, run] : reference->runs) {
            add_measures(measures, seed, *run);
        }
    }
    return measures;
}

}  // namespace batchscope
