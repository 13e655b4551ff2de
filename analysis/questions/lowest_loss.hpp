#pragma once

#include <vector>

#include "analysis/questions/recipe.hpp"
#include "analysis/statistics/best_of.hpp"

namespace batchscope {

/// How much choosing the option with the lowest mean final validation loss flatters that loss
/// (leave one seed out), on the seeds that all options have; nullptr is an option not to be chosen.
[[nodiscard]] SelectionOptimism optimism_of_lowest_loss(const std::vector<const Arm*>& options,
                                                        double confidence);

}  // namespace batchscope
