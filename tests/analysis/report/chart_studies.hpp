#pragma once

#include <variant>
#include <vector>

#include "analysis/answers/study_answers.hpp"
#include "analysis/figures/chart.hpp"
#include "analysis/language/phrases.hpp"
#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope {

inline const Phrases english(Language::english);
inline const Margins margins;

template <class LayerType>
std::vector<LayerType> layers_of(const Panel& panel) {
    std::vector<LayerType> found;
    for (const Layer& layer : panel.layers) {
        if (const auto* of_type = std::get_if<LayerType>(&layer)) {
            found.push_back(*of_type);
        }
    }
    return found;
}

inline double scatter(std::int64_t batch_size, std::uint64_t seed) {
    return 0.0004 *
           static_cast<double>((seed * 7 + static_cast<std::uint64_t>(batch_size) / 16) % 5);
}

/// Accuracies fall by `drop` at batch 64 and by ten times as much at 128.
inline MadeUpStudy falling(double drop) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        for (const std::int64_t batch_size : {16, 64, 128}) {
            const double lost = batch_size == 16 ? 0 : batch_size == 64 ? drop : 10 * drop;
            AnalyzedRun& run = study.add(batch_size, seed);
            run.history.train_accuracy.back() = 0.95 - lost - scatter(batch_size, seed);
            run.history.validation_accuracy.back() = 0.9 - lost - scatter(batch_size, seed);
        }
    }
    return study;
}

}  // namespace batchscope
