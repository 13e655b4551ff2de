#include "analysis/questions/choice_metric.hpp"

#include <algorithm>

#include "analysis/questions/resolution.hpp"

namespace batchscope {

ChoiceMetric choice_metric(DecideBy which, const std::vector<Recipe>& recipes,
                           const Margins& margins) {
    if (which == DecideBy::loss) {
        return {.margin = margins.loss};
    }
    ChoiceMetric metric{which,
                        &FinalMetrics::validation_accuracy,
                        &History::validation_accuracy,
                        Better::larger,
                        margins.accuracy,
                        0};
    for (const Recipe& recipe : recipes) {
        metric.resolution = std::max(metric.resolution, resolution_of(recipe, metric.column));
    }
    return metric;
}

PairedComparison shortfall(const Arm& arm, const Arm& other, const ChoiceMetric& metric,
                           double confidence) {
    std::vector<double> worse = seed_differences(arm, other, Budget{}, metric.column).values;
    if (metric.better == Better::larger) {
        for (double& difference : worse) {
            difference = -difference;
        }
    }
    const bool identical = are_copies(arm) && are_copies(other);
    return paired_comparison(worse, confidence, identical ? 0 : metric.resolution);
}

SelectionOptimism optimism_of_choice(const std::vector<const Arm*>& options,
                                     const ChoiceMetric& metric, double confidence) {
    std::vector<const Arm*> to_choose_from = options;
    std::erase(to_choose_from, nullptr);
    const std::vector<std::uint64_t> seeds = common_seeds(to_choose_from);
    std::vector<std::vector<double>> values;
    for (const Arm* option : options) {
        std::vector<double>& row = values.emplace_back(seeds.size(), unknown);
        for (std::size_t i = 0; option != nullptr && i < seeds.size(); ++i) {
            row[i] = option->runs.at(seeds[i])->metrics.*metric.value;
        }
    }
    const SelectionMatrix matrix{values, metric.better};
    return selection_optimism(matrix, matrix, confidence);
}

}  // namespace batchscope
