#include "config/base_keys.hpp"

#include <algorithm>

namespace batchscope {

namespace {

using Settings = RunSettings;

Key never_axis(Key key) {
    key.may_be_axis = false;
    return key;
}

Key used_when(Key key, std::string selector, std::vector<std::string> values) {
    key.used_when = UsedWhen{std::move(selector), std::move(values)};
    return key;
}

Key switched_on_by(Key key, std::function<bool(const RunSettings&)> is_switched_on) {
    key.is_switched_on = std::move(is_switched_on);
    return key;
}

template <class Member>
Key automatic_integer_key(const std::string& path, Member member, const std::string& meaning) {
    Key key = make_key<Settings>(path, ValueKind::automatic_integer, member, meaning);
    key.range = {.lowest = 1};
    return key;
}

std::vector<std::string> names_in_files(const std::vector<DatasetComponent>& datasets) {
    std::vector<std::string> names;
    for (const DatasetComponent& dataset : datasets) {
        if (dataset.in_files) {
            names.push_back(dataset.name);
        }
    }
    return names;
}

}  // namespace

Key study_key() {
    return never_axis(text_key<Settings>("study", MEMBER(study),
                                         "name of the study and of the folder of its results"));
}

std::vector<Key> data_keys(const Components& components) {
    static const std::string selector = "data.name";
    const std::vector<std::string> in_files = names_in_files(components.datasets);
    Key padding = integer_key<Settings>("data.augmentation.crop_padding", 0,
                                        MEMBER(data.augmentation.crop_padding),
                                        "pixels of zero padding before a random crop");
    padding.range.highest = 32;  // the images have 28 or 32 pixels a side
    Key directory = text_key<Settings>("data.directory", MEMBER(data.directory),
                                       "folder with the files of the data set");
    directory.default_in = [&components](const RunSettings& settings) -> Value {
        return component_named(components.datasets, settings.data.name, selector).directory;
    };
    Key validation =
        integer_key<Settings>("data.validation_examples", 0, MEMBER(data.validation_examples),
                              "examples of the training file kept for validation");
    validation.default_in = [&components](const RunSettings& settings) -> Value {
        const auto& dataset = component_named(components.datasets, settings.data.name, selector);
        return dataset.in_files ? DataSettings{}.validation_examples : std::int64_t{0};
    };
    return {
        name_key(selector, components.datasets, MEMBER(data.name), "the data set"),
        used_when(directory, selector, in_files),
        validation,
        integer_key<Settings>("data.split_seed", 0, MEMBER(data.split_seed),
                              "draws the splits, and nothing else"),
        integer_key<Settings>("data.train_examples", 1, MEMBER(data.train_examples),
                              "a seeded subset of the training split; all if left out"),
        integer_key<Settings>("data.test_examples", 0, MEMBER(data.test_examples),
                              "a seeded subset of the test file; all if left out"),
        used_when(padding, selector, in_files),
        used_when(boolean_key<Settings>("data.augmentation.flip", MEMBER(data.augmentation.flip),
                                        "mirror images left-right with probability 1/2"),
                  selector, in_files),
    };
}

std::vector<Key> optimizer_keys_of_all() {
    const std::string path = "training.optimizer.";
    return {
        number_key<Settings>(path + "weight_decay", not_negative,
                             MEMBER(training.optimizer.weight_decay),
                             "added to the gradient as decay x weight; adamw: apart from it"),
        choice_key<Settings>(path + "weight_decay_scaling",
                             MEMBER(training.optimizer.weight_decay_scaling),
                             "per_epoch keeps the decay of an epoch equal across batch sizes"),
        choice_key<Settings>(path + "weight_decay_on", MEMBER(training.optimizer.weight_decay_on),
                             "weights leaves out biases and batch normalisation"),
    };
}

std::vector<Key> training_keys_before_optimizer() {
    const std::string schedule = "training.schedule";
    return {
        integer_key<Settings>("training.batch_size", 1, MEMBER(training.batch_size),
                              "examples of an update over all ranks together"),
        automatic_integer_key("training.micro_batch_size", MEMBER(training.micro_batch_size),
                              "most examples a rank holds at once"),
        never_axis(integer_key<Settings>(
            "training.noise_groups", 1, MEMBER(training.noise_groups),
            "parts of a rank's local batch whose gradients are compared for the noise scale")),
        number_key<Settings>("training.learning_rate", positive, MEMBER(training.learning_rate),
                             "peak learning rate at reference_batch_size"),
        integer_key<Settings>("training.reference_batch_size", 1,
                              MEMBER(training.reference_batch_size),
                              "batch size at which the learning rate was tuned"),
        choice_key<Settings>("training.learning_rate_scaling",
                             MEMBER(training.learning_rate_scaling),
                             "how the learning rate follows the batch size"),
        number_key<Settings>("training.warmup_epochs", not_negative, MEMBER(training.warmup_epochs),
                             "epochs in which the rate rises from learning_rate to its peak"),
        choice_key<Settings>(schedule, MEMBER(training.schedule),
                             "how the rate falls after the warm-up"),
        used_when(number_key<Settings>("training.final_fraction", fraction,
                                       MEMBER(training.final_fraction),
                                       "last rate as a fraction of the peak"),
                  schedule, {"cosine"}),
        used_when(list_key<Settings>("training.step_epochs", positive, MEMBER(training.step_epochs),
                                     "epochs at which the rate falls"),
                  schedule, {"step"}),
        used_when(
            number_key<Settings>("training.step_factor", positive, MEMBER(training.step_factor),
                                 "what the rate is multiplied by there"),
            schedule, {"step"}),
    };
}

std::vector<Key> training_keys_after_optimizer() {
    Key epochs =
        number_key<Settings>("training.budget.epochs", positive, MEMBER(training.budget.epochs),
                             "passes over the training split");
    epochs.default_in = [](const RunSettings& settings) {
        const BudgetSettings& budget = settings.training.budget;
        return budget.steps || budget.examples || budget.seconds ? Value{} : Value{10.0};
    };
    return {
        epochs,
        integer_key<Settings>("training.budget.steps", 1, MEMBER(training.budget.steps),
                              "updates, instead of epochs"),
        integer_key<Settings>("training.budget.examples", 1, MEMBER(training.budget.examples),
                              "training examples, instead of epochs"),
        number_key<Settings>("training.budget.seconds", positive, MEMBER(training.budget.seconds),
                             "seconds of training, instead of epochs"),
        number_key<Settings>("training.stop.train_loss_below", positive,
                             MEMBER(training.stop.train_loss_below),
                             "ends a run at an evaluation with a train loss below this, nats"),
        number_key<Settings>("training.stop.train_accuracy_above", fraction_below_one,
                             MEMBER(training.stop.train_accuracy_above),
                             "ends a run at an evaluation with a train accuracy above this"),
        integer_key<Settings>("training.stop.plateau_epochs", 1,
                              MEMBER(training.stop.plateau_epochs),
                              "ends a run after so many epochs without a new lowest validation "
                              "loss"),
        integer_key<Settings>("training.seed", 0, MEMBER(training.seed),
                              "of initial weights, order of examples, augmentation and dropout"),
        choice_key<Settings>("training.precision", MEMBER(training.precision),
                             "type of weights, activations and gradients"),
    };
}

std::vector<Key> batch_norm_keys(const Components& components) {
    const std::string statistics = "batch_norm.statistics";
    const auto is_on = [&components](const RunSettings& settings) {
        return has_batch_norm(components, settings.model);
    };
    return {
        switched_on_by(choice_key<Settings>(statistics, MEMBER(batch_norm.statistics),
                                            "global: of the whole batch; ghost: of groups"),
                       is_on),
        // The variance of a single example is 0, hence at least two.
        switched_on_by(
            used_when(integer_key<Settings>("batch_norm.size", 2, MEMBER(batch_norm.size),
                                            "examples of a ghost group"),
                      statistics, {"ghost"}),
            is_on),
    };
}

std::vector<Key> evaluation_keys() {
    return {
        integer_key<Settings>("evaluate.every_epochs", 0, MEMBER(evaluate.every_epochs),
                              "epochs between evaluations of all splits; 0: before and after "
                              "training alone"),
        choice_key<Settings>("evaluate.at", MEMBER(evaluate.at),
                             "log: also at numbers of training examples that grow by a factor, the "
                             "same for every batch size, from a sixteenth of an epoch on"),
        switched_on_by(
            number_key<Settings>("evaluate.factor", {.lowest = 1.05}, MEMBER(evaluate.factor),
                                 "of these numbers, each to the one before"),
            [](const RunSettings& settings) {
                return settings.evaluate.at == EvaluationPoints::log;
            }),
        integer_key<Settings>("evaluate.validation_every_examples", 1,
                              MEMBER(evaluate.validation_every_examples),
                              "training examples between evaluations of the validation split"),
    };
}

std::vector<Key> sharpness_keys(const Components& components) {
    // Of how all measures work.
    const auto of_any = [](Key key) {
        return never_axis(switched_on_by(std::move(key), [](const RunSettings& settings) {
            return measures_sharpness(settings);
        }));
    };
    Key measures = make_key<Settings>("sharpness.measures", ValueKind::choice_list,
                                      MEMBER(sharpness.measures), "what is measured");
    measures.choices = names_of(components.measures);
    return {
        integer_key<Settings>("sharpness.every_epochs", 0, MEMBER(sharpness.every_epochs),
                              "epochs between measurements, one before training; 0: none"),
        boolean_key<Settings>("sharpness.at_end", MEMBER(sharpness.at_end),
                              "measure at the final weights"),
        // Not of_any: an empty list must be kept.
        never_axis(switched_on_by(std::move(measures),
                                  [](const RunSettings& settings) {
                                      return settings.sharpness.at_end ||
                                             settings.sharpness.every_epochs > 0;
                                  })),
        of_any(integer_key<Settings>("sharpness.examples", 1, MEMBER(sharpness.examples),
                                     "training examples that are measured on, at most")),
        of_any(integer_key<Settings>("sharpness.seed", 0, MEMBER(sharpness.seed),
                                     "of these examples and of all random vectors")),
        of_any(automatic_integer_key("sharpness.micro_batch_size",
                                     MEMBER(sharpness.micro_batch_size),
                                     "most examples a rank holds at once")),
    };
}

std::vector<Key> output_keys() {
    return {
        never_axis(number_key<Settings>("output.checkpoint_minutes", not_negative,
                                        MEMBER(output.checkpoint_minutes),
                                        "minutes between checkpoints; 0: only at a stop")),
        never_axis(choice_key<Settings>("output.weights", MEMBER(output.weights),
                                        "which weights the result file keeps")),
    };
}

}  // namespace batchscope
