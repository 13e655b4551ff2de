#pragma once

#include <string>

#include "analysis/questions/larger_batch.hpp"
#include "analysis/questions/recipe.hpp"
#include "analysis/statistics/best_of.hpp"
#include "analysis/statistics/paired_comparison.hpp"
#include "core/described.hpp"

namespace batchscope {

/// Which validation metric chooses what to train with.
enum class DecideBy { loss, accuracy };
BATCHSCOPE_DESCRIBE_ENUM(DecideBy, loss, accuracy)

/// A final validation metric to choose by.
struct ChoiceMetric {
    DecideBy which = DecideBy::loss;
    double FinalMetrics::*value = &FinalMetrics::validation_loss;
    HistoryColumn column = &History::validation_loss;
    Better better = Better::smaller;
    double margin = 0;      ///< in its own unit
    double resolution = 0;  ///< see resolution_of: the coarsest of all recipes
};
[[nodiscard]] ChoiceMetric choice_metric(DecideBy which, const std::vector<Recipe>& recipes,
                                         const Margins& margins);

/// How much worse the metric of one arm is than that of another, paired by seed: above 0 is worse,
/// whichever direction is the better one.
[[nodiscard]] PairedComparison shortfall(const Arm& arm, const Arm& other,
                                         const ChoiceMetric& metric, double confidence);

/// How much choosing the option with the best mean flatters it (leave one seed out), on the seeds
/// that all options have; nullptr is an option not to be chosen.
[[nodiscard]] SelectionOptimism optimism_of_choice(const std::vector<const Arm*>& options,
                                                   const ChoiceMetric& metric, double confidence);

}  // namespace batchscope
