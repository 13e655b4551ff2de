#include "config/canonical_form.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include "config/schema.hpp"

namespace batchscope {

namespace {

RunSettings without_unused_values(RunSettings settings) {
    const RunSettings defaults;
    TrainingSettings& training = settings.training;
    OptimizerSettings& optimizer = training.optimizer;
    settings.study.clear();
    settings.output.checkpoint_minutes = defaults.output.checkpoint_minutes;
    if (training.batch_size == training.reference_batch_size) {
        training.learning_rate_scaling = LearningRateScaling::none;
        optimizer.weight_decay_scaling = WeightDecayScaling::none;
    }
    if (optimizer.weight_decay == 0.0) {
        optimizer.weight_decay_scaling = WeightDecayScaling::none;
        optimizer.weight_decay_on = defaults.training.optimizer.weight_decay_on;
    }
    if (training.learning_rate_scaling == LearningRateScaling::none &&
        optimizer.weight_decay_scaling == WeightDecayScaling::none) {
        training.reference_batch_size.reset();
    }
    return settings;
}

}  // namespace

std::string canonical_form(const RunSettings& settings) {
    const RunSettings used = without_unused_values(settings);
    std::string text = fmt::format("canonical_form: {}\n", canonical_form_version);
    for (const Key& key : schema()) {
        const Value value = key.read(used);
        if (is_used(key, used) && value != default_at(key, used)) {
            text += fmt::format("{}: {}\n", key.path, yaml_value(value));
        }
    }
    return text;
}

std::string configuration_hash(const std::string& canonical_form) {
    const XXH128_hash_t hash = XXH3_128bits(canonical_form.data(), canonical_form.size());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace batchscope
