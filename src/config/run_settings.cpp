#include "config/run_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>

#include "core/error.hpp"

namespace batchscope {

namespace {

/// Names in the order of the enumerators.
template <std::size_t Count, class Enumeration>
std::string name_of(const std::array<std::string_view, Count>& names, Enumeration value) {
    return std::string{names.at(static_cast<std::size_t>(value))};
}

}  // namespace

std::string to_string(LearningRateScaling scaling) {
    return name_of(std::array<std::string_view, 4>{"none", "linear", "sqrt", "sqrt_adam"}, scaling);
}

std::string to_string(ScheduleKind schedule) {
    return name_of(std::array<std::string_view, 3>{"constant", "cosine", "step"}, schedule);
}

std::string to_string(OptimizerKind optimizer) {
    return name_of(std::array<std::string_view, 2>{"sgd", "adamw"}, optimizer);
}

std::string to_string(WeightDecayScaling scaling) {
    return name_of(std::array<std::string_view, 2>{"none", "per_epoch"}, scaling);
}

std::string to_string(WeightDecayTarget target) {
    return name_of(std::array<std::string_view, 2>{"all", "weights"}, target);
}

std::string to_string(Precision precision) {
    return name_of(std::array<std::string_view, 2>{"float32", "float64"}, precision);
}

std::string to_string(BatchNormStatistics statistics) {
    return name_of(std::array<std::string_view, 2>{"global", "ghost"}, statistics);
}

const std::vector<std::string>& sharpness_measures() {
    static const std::vector<std::string> measures{"eigenvalues",
                                                   "gauss_newton_eigenvalues",
                                                   "trace",
                                                   "gauss_newton_trace",
                                                   "density",
                                                   "keskar",
                                                   "worst_case",
                                                   "average_case",
                                                   "pac_bayes",
                                                   "slices",
                                                   "gradient_covariance",
                                                   "batch_gradients"};
    return measures;
}

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
