#include "config/study_rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace batchscope {

namespace {

bool contains(const std::vector<Value>& values, const Value& value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

/// Throws the error of a value that is wrong beside another one.
[[noreturn]] void refuse(const GivenValues& given, const std::vector<std::string>& keys,
                         const std::string& problem, std::string remedy) {
    throw configuration_error(fmt::format("{}: {}: {}", given.where(keys), keys.front(), problem),
                              std::move(remedy));
}

/// How to get rid of a key without effect; an override of the selector alone leaves the file's key
/// behind. (Replacing all of `training` would drop the whole recipe: there the key itself has to
/// go.)
std::string remedy_for_unused(const GivenValues& given, const Key& key) {
    const UsedWhen& condition = *key.used_when;
    const std::string section = parent_of(key.path);
    const GivenValue* selector = given.find(condition.selector);
    if (selector != nullptr && selector->where.starts_with("--set") &&
        parent_of(condition.selector) == section && section != "training") {
        return fmt::format("replace the whole map: --set '{}={{{}: {}}}'", section,
                           last_name_of(condition.selector),
                           format_value(selector->values.front()));
    }
    return fmt::format("remove it, or set {} to {}", condition.selector,
                       fmt::join(condition.values, " or "));
}

void check_keys_are_used(const GivenValues& given) {
    for (const Key& key : schema()) {
        if (!key.used_when || given.find(key.path) == nullptr) {
            continue;
        }
        const UsedWhen& condition = *key.used_when;
        const std::vector<Value> selected = given.values_of(condition.selector);
        const bool used =
            std::any_of(condition.values.begin(), condition.values.end(),
                        [&](const std::string& value) { return contains(selected, Value{value}); });
        if (!used) {
            std::vector<std::string> names;
            std::transform(selected.begin(), selected.end(), std::back_inserter(names),
                           format_value);
            refuse(given, {key.path},
                   fmt::format("has no effect: {} is {}, the key belongs to {}", condition.selector,
                               fmt::join(names, ", "), fmt::join(condition.values, ", ")),
                   remedy_for_unused(given, key));
        }
    }
}

void check_one_budget(const GivenValues& given) {
    std::vector<std::string> budgets;
    for (const std::string& name : names_under("training.budget")) {
        const std::string path = "training.budget." + name;
        if (given.find(path) != nullptr) {
            budgets.push_back(path);
        }
    }
    if (budgets.size() > 1) {
        refuse(given, {budgets[1]}, fmt::format("{} is given, too", budgets[0]),
               "keep one of epochs, steps, examples, seconds");
    }
}

/// Two data sets read from one folder, or each from the other's, would be silently wrong.
void check_one_data_folder(const GivenValues& given) {
    const std::vector<Value> names = given.values_of("data.name");
    const auto in_files = std::count_if(names.begin(), names.end(), [](const Value& name) {
        return is_file_based(std::get<std::string>(name));
    });
    if (in_files > 1) {
        refuse(given, {"data.name"}, "several data sets from files, but one data.directory",
               "write one study for each data set");
    }
}

void check_switches(const GivenValues& given) {
    if (contains(given.values_of("batch_norm.statistics"), Value{"ghost"}) &&
        !contains(given.values_of("model.batch_norm"), Value{true})) {
        refuse(given, {"batch_norm.statistics"}, "ghost has no effect: model.batch_norm is false",
               "set model.batch_norm: true");
    }
    const std::vector<Value> momenta = given.values_of("training.optimizer.momentum");
    if (contains(given.values_of("training.optimizer.nesterov"), Value{true}) &&
        momenta == std::vector<Value>{0.0}) {
        refuse(given, {"training.optimizer.nesterov"}, "true has no effect: momentum is 0",
               "set a momentum, or nesterov: false");
    }
}

void check_data(const RunSettings& settings, const GivenValues& given) {
    const DataSettings& data = settings.data;
    if (is_file_based(data.name) && data.directory.empty()) {
        refuse(given, {"data.directory", "data.name"},
               fmt::format("the folder with the files of {} is not given", data.name),
               "set data.directory to it");
    }
    if (!is_file_based(data.name) && settings.model.name == "simple_cnn") {
        refuse(given, {"model.name", "data.name"},
               fmt::format("simple_cnn needs images, {} has none", data.name),
               "use model.name: mlp, or a data set of images");
    }
    if (data.validation_examples == 0 && settings.evaluate.validation_every_examples) {
        refuse(given, {"evaluate.validation_every_examples"},
               "needs a validation split, but data.validation_examples is 0",
               "set data.validation_examples, or remove the key");
    }
}

void check_learning_rate(const TrainingSettings& training, const GivenValues& given) {
    const std::string scaling_key = "training.learning_rate_scaling";
    const std::string scaling = to_string(training.learning_rate_scaling);
    if (training.learning_rate_scaling != LearningRateScaling::none &&
        !training.reference_batch_size) {
        refuse(given, {scaling_key},
               fmt::format("{} without training.reference_batch_size", scaling),
               "give the batch size at which training.learning_rate was tuned, "
               "or set the scaling to none");
    }
    if (training.learning_rate_scaling == LearningRateScaling::sqrt_adam &&
        training.optimizer.name != OptimizerKind::adamw) {
        refuse(given, {scaling_key, "training.optimizer.name"},
               "sqrt_adam is a rule for adamw, but a point of the grid uses sgd",
               "set training.optimizer.name: adamw, or the scaling to sqrt");
    }
    if (training.optimizer.weight_decay_scaling != WeightDecayScaling::none &&
        !training.reference_batch_size) {
        refuse(given, {"training.optimizer.weight_decay_scaling"},
               "per_epoch without training.reference_batch_size",
               "give the batch size at which the weight decay was tuned, or set it to none");
    }
    if (training.schedule != ScheduleKind::step) {
        return;
    }
    const std::vector<double>& epochs = training.step_epochs;
    if (epochs.empty()) {
        refuse(given, {"training.step_epochs", "training.schedule"},
               "schedule step needs the epochs at which the rate falls",
               "give training.step_epochs: [5, 8], say");
    }
    if (std::adjacent_find(epochs.begin(), epochs.end(), std::greater_equal<>{}) != epochs.end()) {
        refuse(given, {"training.step_epochs"},
               fmt::format("[{}] does not rise", fmt::join(epochs, ", ")),
               "write the epochs in rising order, each once");
    }
}

void check_stop(const RunSettings& settings, const GivenValues& given) {
    const StopSettings& stop = settings.training.stop;
    const std::string loss = "training.stop.train_loss_below";
    const std::string accuracy = "training.stop.train_accuracy_above";
    const std::string plateau = "training.stop.plateau_epochs";
    if (stop.train_accuracy_above && settings.data.name == "linear-regression") {
        refuse(given, {accuracy}, "linear-regression has no accuracy",
               "use training.stop.train_loss_below");
    }
    if (stop.plateau_epochs && settings.data.validation_examples == 0) {
        refuse(given, {plateau}, "needs a validation split, but data.validation_examples is 0",
               "set data.validation_examples, or remove the key");
    }
    if ((stop.train_loss_below || stop.train_accuracy_above || stop.plateau_epochs) &&
        settings.evaluate.every_epochs == 0) {
        const std::string& first = stop.train_loss_below       ? loss
                                   : stop.train_accuracy_above ? accuracy
                                                               : plateau;
        refuse(given, {first},
               "is checked at evaluations, but evaluate.every_epochs is 0: none before the end",
               "set evaluate.every_epochs: 1, or remove the key");
    }
}

void check_batch_norm(const RunSettings& settings, const GivenValues& given) {
    const BatchNormSettings& batch_norm = settings.batch_norm;
    if (settings.model.batch_norm && batch_norm.statistics == BatchNormStatistics::global &&
        settings.training.noise_groups > 1) {
        refuse(
            given, {"training.noise_groups"},
            "with batch normalisation over the whole batch there is no gradient of a group alone",
            "remove the key: the shares of the ranks still give a noise scale; or take "
            "batch_norm.statistics: ghost");
    }
    if (batch_norm.statistics == BatchNormStatistics::ghost && !batch_norm.size) {
        refuse(given, {"batch_norm.size", "batch_norm.statistics"},
               "ghost statistics need the number of examples in a group",
               "set batch_norm.size: 32, say");
    }
}

template <class Number>
void check_each_once(std::vector<Number> list, const std::string& key, const GivenValues& given) {
    std::sort(list.begin(), list.end());
    if (const auto twice = std::adjacent_find(list.begin(), list.end()); twice != list.end()) {
        refuse(given, {key}, fmt::format("{} is on the list twice", *twice), "name each once");
    }
}

void check_sharpness(const RunSettings& settings, const GivenValues& given) {
    const SharpnessSettings& sharpness = settings.sharpness;
    if (measures_sharpness(settings, "pac_bayes") && settings.data.name == "linear-regression") {
        refuse(given, {"sharpness.measures", "data.name"},
               "pac_bayes keeps an accuracy, linear-regression has none",
               "leave pac_bayes out of the list");
    }
    if (measures_sharpness(settings, "keskar")) {
        if (sharpness.keskar.epsilon.empty()) {
            refuse(given, {"sharpness.keskar.epsilon", "sharpness.measures"},
                   "keskar needs the size of a box", "give sharpness.keskar.epsilon: [1e-3, 5e-4]");
        }
        check_each_once(sharpness.keskar.epsilon, "sharpness.keskar.epsilon", given);
    }
    if (measures_sharpness(settings, "batch_gradients")) {
        const std::string key = "sharpness.batch_gradients.batch_sizes";
        if (sharpness.batch_gradients.batch_sizes.empty()) {
            refuse(given, {key, "sharpness.measures"}, "batch_gradients needs a batch size",
                   "give " + key + ": [16, 64, 256, 1024]");
        }
        check_each_once(sharpness.batch_gradients.batch_sizes, key, given);
    }
    if (measures_sharpness(settings, "slices") && sharpness.slices.points % 2 == 0) {
        refuse(given, {"sharpness.slices.points"},
               fmt::format("{} points from -range to range leave out the weights themselves",
                           sharpness.slices.points),
               "give an odd number");
    }
}

}  // namespace

void check_study(const GivenValues& given) {
    check_one_budget(given);
    check_keys_are_used(given);
    check_one_data_folder(given);
    check_switches(given);
}

void check_point(const RunSettings& settings, const GivenValues& given) {
    check_data(settings, given);
    check_learning_rate(settings.training, given);
    check_stop(settings, given);
    check_batch_norm(settings, given);
    check_sharpness(settings, given);
}

}  // namespace batchscope
