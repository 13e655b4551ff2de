#pragma once

#include <cmath>
#include <string>
#include <variant>
#include <vector>

#include "analysis/answers/study_answers.hpp"
#include "analysis/charts/chart.hpp"
#include "analysis/report/terminal.hpp"
#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope {

inline const Phrases english(Language::english);
inline const Margins margins;

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A section as the terminal shows it.
inline std::string text_of(const Section& section) {
    return render_terminal(section, english);
}

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

/// Sets the final metrics of a run to something that varies with seed and batch size.
inline void vary(AnalyzedRun& run) {
    const double noise = scatter(run.batch_size, run.seed);
    const double loss = 0.004 * std::log2(static_cast<double>(run.batch_size));
    run.history.train_loss.back() = 0.3 + loss + noise;
    run.history.validation_loss.back() = 0.4 + loss + 2 * noise;
    run.history.test_loss.back() = 0.42 + loss + noise;
    run.history.train_accuracy.back() = 0.95 - loss - noise;
    run.history.validation_accuracy.back() = 0.9 - loss - noise / 2;
    run.history.test_accuracy.back() = 0.89 - loss - noise;
}

/// Batch sizes 16, 64 and 256 with a learning-rate rule, four seeds.
inline MadeUpStudy varied_study(const std::string& rule = "linear") {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        for (const std::int64_t batch_size : {16, 64, 256}) {
            vary(study.add(batch_size, seed, {{"training.learning_rate_scaling", rule}}));
        }
    }
    return study;
}

}  // namespace batchscope
