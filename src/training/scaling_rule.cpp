#include "training/scaling_rule.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "optimizers/optimizers.hpp"

namespace batchscope {

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

OptimizerSettings scaled_optimizer(const TrainingSettings& training) {
    OptimizerSettings scaled = training.optimizer;
    if (!training.reference_batch_size) {
        return scaled;
    }
    const double ratio = static_cast<double>(training.batch_size) /
                         static_cast<double>(*training.reference_batch_size);
    if (training.learning_rate_scaling == LearningRateScaling::sqrt_adam) {
        // Throws for an optimizer without the rule, which the reading of a study refuses.
        scaled.values = optimizer_kind(training.optimizer).square_root_scaled(training, ratio);
    }
    if (scaled.weight_decay_scaling == WeightDecayScaling::per_epoch) {
        scaled.weight_decay *= ratio * training.learning_rate / peak_learning_rate(training);
    }
    return scaled;
}

}  // namespace batchscope
