#include "config/canonical_form.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <xxhash.h>

#include <variant>

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
    if (!measures_sharpness(settings)) {
        settings.sharpness.at_end = false;
        settings.sharpness.every_epochs = 0;
    }
    return settings;
}

/// Whether the canonical form of settings without unused values has a line for the key.
bool is_in_form(const Schema& schema, const Key& key, const RunSettings& used) {
    return schema.is_used(key, used) && key.read(used) != default_at(key, used);
}

std::string shown(const Schema& schema, const Key& key, const RunSettings& used) {
    if (!schema.is_used(key, used)) {
        return "unused";
    }
    const Value value = key.read(used);
    const bool is_unset =
        std::holds_alternative<std::monostate>(value) && key.kind != ValueKind::automatic_integer;
    return is_unset ? "not set" : format_value(value);
}

}  // namespace

std::string canonical_form(const Schema& schema, const RunSettings& settings) {
    const RunSettings used = without_unused_values(settings);
    std::string text = fmt::format("canonical_form: {}\n", canonical_form_version);
    for (const Key& key : schema.keys()) {
        if (is_in_form(schema, key, used)) {
            text += fmt::format("{}: {}\n", key.path, yaml_value(key.read(used)));
        }
    }
    return text;
}

bool are_equal_but_for_directory(const Schema& schema, RunSettings before, RunSettings now) {
    before.data.directory.clear();
    now.data.directory.clear();
    return canonical_form(schema, before) == canonical_form(schema, now);
}

std::string configuration_hash(const std::string& canonical_form) {
    const XXH128_hash_t hash = XXH3_128bits(canonical_form.data(), canonical_form.size());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::vector<std::string> configuration_differences(const Schema& schema, const RunSettings& before,
                                                   const RunSettings& now) {
    const RunSettings used_before = without_unused_values(before);
    const RunSettings used_now = without_unused_values(now);
    std::vector<std::string> differences;
    for (const Key& key : schema.keys()) {
        if (!is_in_form(schema, key, used_before) && !is_in_form(schema, key, used_now)) {
            continue;
        }
        const std::string old_value = shown(schema, key, used_before);
        const std::string new_value = shown(schema, key, used_now);
        if (old_value != new_value) {
            differences.push_back(
                fmt::format("{}: {} before, {} now", key.path, old_value, new_value));
        }
    }
    return differences;
}

std::string configuration_differences_text(const Schema& schema, const RunSettings& before,
                                           const RunSettings& now) {
    const std::vector<std::string> lines = configuration_differences(schema, before, now);
    if (lines.empty()) {
        return fmt::format(
            "  the values are equal, but an earlier version of the program gave them another "
            "meaning (this one: canonical form {})",
            canonical_form_version);
    }
    return fmt::format("  {}", fmt::join(lines, "\n  "));
}

}  // namespace batchscope
