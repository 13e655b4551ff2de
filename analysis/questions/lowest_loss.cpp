#include "analysis/questions/lowest_loss.hpp"

namespace batchscope {

SelectionOptimism optimism_of_lowest_loss(const std::vector<const Arm*>& options,
                                          double confidence) {
    std::vector<const Arm*> to_choose_from = options;
    std::erase(to_choose_from, nullptr);
    const std::vector<std::uint64_t> seeds = common_seeds(to_choose_from);
    std::vector<std::vector<double>> losses;
    for (const Arm* option : options) {
        std::vector<double>& row = losses.emplace_back(seeds.size(), unknown);
        for (std::size_t i = 0; option != nullptr && i < seeds.size(); ++i) {
            row[i] = option->runs.at(seeds[i])->metrics.validation_loss;
        }
    }
    const SelectionMatrix by_loss{losses, Better::smaller};
    return selection_optimism(by_loss, by_loss, confidence);
}

}  // namespace batchscope
