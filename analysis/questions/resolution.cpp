#include "analysis/questions/resolution.hpp"

#include <algorithm>
#include <utility>

namespace batchscope {

namespace {

std::int64_t SplitSizes::*split_of(HistoryColumn column) {
    if (column == &History::train_accuracy) {
        return &SplitSizes::train;
    }
    if (column == &History::validation_accuracy) {
        return &SplitSizes::validation;
    }
    return column == &History::test_accuracy ? &SplitSizes::test : nullptr;
}

}  // namespace

double resolution_of(const Recipe& recipe, HistoryColumn column) {
    const auto split = split_of(column);
    double coarsest = 0;
    for (const Arm& arm : recipe.arms) {
        for (const auto& [seed, run] : arm.runs) {
            if (split == nullptr || run->examples.*split < 1) {
                return 0;
            }
            coarsest = std::max(coarsest, 1 / static_cast<double>(run->examples.*split));
        }
    }
    return coarsest;
}

bool are_copies(const Arm& arm) {
    const auto losses = [](const AnalyzedRun& run) {
        return std::pair(run.metrics.train_loss, run.metrics.validation_loss);
    };
    return arm.runs.size() > 1 &&
           std::all_of(arm.runs.begin(), arm.runs.end(), [&](const auto& entry) {
               return losses(*entry.second) == losses(*arm.runs.begin()->second);
           });
}

}  // namespace batchscope
