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
    for (const Key& key : given.schema().keys()) {
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
    for (const std::string& name : given.schema().names_under("training.budget")) {
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
    const auto in_files = std::count_if(names.begin(), names.end(), [&](const Value& name) {
        return component_named(given.schema().components().datasets, std::get<std::string>(name),
                               "data.name")
            .in_files;
    });
    if (in_files > 1) {
        refuse(given, {"data.name"}, "several data sets from files, but one data.directory",
               "write one study for each data set");
    }
}

void check_data(const RunSettings& settings, const GivenValues& given) {
    const DataSettings& data = settings.data;
    const Schema& schema = given.schema();
    const DatasetComponent& dataset = schema.dataset(settings);
    if (dataset.in_files && data.directory.empty()) {
        refuse(given, {"data.directory", "data.name"},
               fmt::format("the folder with the files of {} is not given", data.name),
               "set data.directory to it");
    }
    const NetworkComponent& network =
        component_named(schema.components().networks, settings.model.name, "model.name");
    if (network.needs_images && !dataset.has_images) {
        refuse(given, {"model.name", "data.name"},
               fmt::format("{} needs images, {} has none", network.name, data.name),
               "use model.name: mlp, or a data set of images");
    }
    if (data.validation_examples == 0 && settings.evaluate.validation_every_examples) {
        refuse(given, {"evaluate.validation_every_examples"},
               "needs a validation split, but data.validation_examples is 0",
               "set data.validation_examples, or remove the key");
    }
}

/// Names of the optimizers that the rule sqrt_adam is for.
std::vector<std::string> with_square_root_rule(const Schema& schema) {
    std::vector<std::string> names;
    for (const OptimizerComponent& optimizer : schema.components().optimizers) {
        if (optimizer.has_square_root_rule) {
            names.push_back(optimizer.name);
        }
    }
    return names;
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
    const std::vector<std::string> for_these = with_square_root_rule(given.schema());
    if (training.learning_rate_scaling == LearningRateScaling::sqrt_adam &&
        std::find(for_these.begin(), for_these.end(), training.optimizer.name) == for_these.end()) {
        const std::string names = fmt::format("{}", fmt::join(for_these, " or "));
        refuse(given, {scaling_key, "training.optimizer.name"},
               fmt::format("sqrt_adam is a rule for {}, but a point of the grid uses {}", names,
                           training.optimizer.name),
               fmt::format("set training.optimizer.name: {}, or the scaling to sqrt", names));
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
    if (stop.train_accuracy_above && !given.schema().dataset(settings).has_classes) {
        refuse(given, {accuracy}, fmt::format("{} has no accuracy", settings.data.name),
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
    if (has_batch_norm(given.schema().components(), settings.model) &&
        batch_norm.statistics == BatchNormStatistics::global &&
        settings.training.noise_groups > 1) {
        refuse(
            given, {"training.noise_groups"},
            "with batch normalisation over the whole batch there is no gradient of a group alone",
            "remove the key: the local batches of the ranks still give a noise scale; or take "
            "batch_norm.statistics: ghost");
    }
    if (batch_norm.statistics == BatchNormStatistics::ghost && !batch_norm.size) {
        refuse(given, {"batch_norm.size", "batch_norm.statistics"},
               "ghost statistics need the number of examples in a group",
               "set batch_norm.size: 32, say");
    }
}

void check_sharpness(const RunSettings& settings, const GivenValues& given) {
    for (const MeasureComponent& measure : given.schema().components().measures) {
        if (measure.needs_classes && measures_sharpness(settings, measure.name) &&
            !given.schema().dataset(settings).has_classes) {
            refuse(
                given, {"sharpness.measures", "data.name"},
                fmt::format("{} keeps an accuracy, {} has none", measure.name, settings.data.name),
                fmt::format("leave {} out of the list", measure.name));
        }
    }
}

/// Whether some point of the study names this component of a family.
bool names_component(const GivenValues& given, const std::string& selector,
                     const std::string& name) {
    const auto names = [&name](const Value& value) {
        const auto* list = std::get_if<std::vector<std::string>>(&value);
        return list == nullptr ? value == Value{name}
                               : std::find(list->begin(), list->end(), name) != list->end();
    };
    const std::vector<Value> values = given.values_of(selector);
    return std::any_of(values.begin(), values.end(), names);
}

/// The rules of the components that the study names.
void check_components(const GivenValues& given) {
    const auto check = [&given](const std::string& selector, const auto& components) {
        for (const Component& component : components) {
            if (component.check_study && names_component(given, selector, component.name)) {
                component.check_study(given);
            }
        }
    };
    const Components& components = given.schema().components();
    check("data.name", components.datasets);
    check("model.name", components.networks);
    check("training.optimizer.name", components.optimizers);
    check("sharpness.measures", components.measures);
}

void check_components(const RunSettings& settings, const GivenValues& given) {
    const auto check = [&](const Component& component) {
        if (component.check_point) {
            component.check_point(settings, given);
        }
    };
    const Components& components = given.schema().components();
    check(component_named(components.datasets, settings.data.name, "data.name"));
    check(component_named(components.networks, settings.model.name, "model.name"));
    check(component_named(components.optimizers, settings.training.optimizer.name,
                          "training.optimizer.name"));
    for (const MeasureComponent& measure : components.measures) {
        if (measures_sharpness(settings, measure.name)) {
            check(measure);
        }
    }
}

/// Whether some network that the study names has batch normalisation: always, or where its key
/// batch_norm says so.
bool any_batch_norm(const GivenValues& given) {
    const std::vector<Value> names = given.values_of("model.name");
    return std::any_of(names.begin(), names.end(), [&](const Value& name) {
        const NetworkComponent& network = component_named(
            given.schema().components().networks, std::get<std::string>(name), "model.name");
        const bool is_switched =
            std::any_of(network.keys.begin(), network.keys.end(),
                        [](const ComponentKey& key) { return key.path == "batch_norm"; });
        return network.has_batch_norm &&
               (!is_switched || contains(given.values_of("model.batch_norm"), Value{true}));
    });
}

/// Ghost statistics without a network that has batch normalisation at some point.
void check_ghost_is_used(const GivenValues& given) {
    if (contains(given.values_of("batch_norm.statistics"), Value{"ghost"}) &&
        !any_batch_norm(given)) {
        refuse(given, {"batch_norm.statistics"}, "ghost has no effect: model.batch_norm is false",
               "set model.batch_norm: true");
    }
}

}  // namespace

void refuse(const GivenValues& given, const std::vector<std::string>& keys,
            const std::string& problem, std::string remedy) {
    throw configuration_error(fmt::format("{}: {}: {}", given.where(keys), keys.front(), problem),
                              std::move(remedy));
}

void check_study(const GivenValues& given) {
    check_one_budget(given);
    check_keys_are_used(given);
    check_one_data_folder(given);
    check_ghost_is_used(given);
    check_components(given);
}

void check_point(const RunSettings& settings, const GivenValues& given) {
    check_data(settings, given);
    check_learning_rate(settings.training, given);
    check_stop(settings, given);
    check_batch_norm(settings, given);
    check_sharpness(settings, given);
    check_components(settings, given);
}

}  // namespace batchscope
