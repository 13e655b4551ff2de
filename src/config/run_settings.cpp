#include "config/run_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace batchscope {

bool measures_sharpness(const RunSettings& settings) {
    const SharpnessSettings& sharpness = settings.sharpness;
    return (sharpness.at_end || sharpness.every_epochs > 0) && !sharpness.measures.empty();
}

bool measures_sharpness(const RunSettings& settings, const std::string& measure) {
    const std::vector<std::string>& chosen = settings.sharpness.measures;
    return measures_sharpness(settings) &&
           std::find(chosen.begin(), chosen.end(), measure) != chosen.end();
}

double peak_learning_rate(const TrainingSettings& training) {
    if (training.learning_rate_scaling == LearningRateScaling::none) {
        return training.learning_rate;
    }
    if (!training.reference_batch_size) {
        throw configuration_error(fmt::format("training.learning_rate_scaling is {} without "
                                              "training.reference_batch_size",
                                              to_string(training.learning_rate_scaling)),
                                  "give the batch size at which training.learning_rate was tuned");
    }
    if (training.batch_size == *training.reference_batch_size) {
        return training.learning_rate;  // (r x B) / B need not be r
    }
    const auto batch = static_cast<double>(training.batch_size);
    const auto reference = static_cast<double>(*training.reference_batch_size);
    if (training.learning_rate_scaling == LearningRateScaling::linear) {
        return training.learning_rate * batch / reference;
    }
    return training.learning_rate * std::sqrt(batch / reference);
}

}  // namespace batchscope
