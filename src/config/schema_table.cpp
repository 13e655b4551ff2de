#include <algorithm>

#include "config/key_makers.hpp"
#include "config/schema.hpp"
#include "config/sharpness_keys.hpp"

namespace batchscope {

namespace {

const std::vector<std::string> file_based_data{"fashion-mnist", "mnist", "cifar-10", "cifar-100"};
const std::vector<std::string> generated_data{"linear-regression", "gaussians"};

void add_data_keys(std::vector<Key>& keys) {
    std::vector<std::string> names = file_based_data;
    names.insert(names.end(), generated_data.begin(), generated_data.end());
    const std::string selector = "data.name";
    keys.push_back(name_key("data.name", names, FIELD(data.name)));
    keys.push_back(
        used_when(text_key("data.directory", FIELD(data.directory)), selector, file_based_data));
    keys.push_back(integer_key("data.validation_examples", 0, FIELD(data.validation_examples)));
    keys.push_back(integer_key("data.split_seed", 0, FIELD(data.split_seed)));
    keys.push_back(integer_key("data.train_examples", 1, FIELD(data.train_examples)));
    keys.push_back(integer_key("data.test_examples", 0, FIELD(data.test_examples)));
    Key padding =
        integer_key("data.augmentation.crop_padding", 0, FIELD(data.augmentation.crop_padding));
    padding.range.highest = 32;  // the images have 28 or 32 pixels a side
    keys.push_back(used_when(padding, selector, file_based_data));
    keys.push_back(used_when(boolean_key("data.augmentation.flip", FIELD(data.augmentation.flip)),
                             selector, file_based_data));
    keys.push_back(
        used_when(integer_key("data.examples", 1, FIELD(data.examples)), selector, generated_data));
    keys.push_back(
        used_when(integer_key("data.features", 1, FIELD(data.features)), selector, generated_data));
    keys.push_back(
        used_when(integer_key("data.classes", 2, FIELD(data.classes)), selector, {"gaussians"}));
    keys.push_back(used_when(number_key("data.noise", not_negative, FIELD(data.noise)), selector,
                             {"linear-regression"}));
    keys.push_back(used_when(number_key("data.separation", not_negative, FIELD(data.separation)),
                             selector, {"gaussians"}));
}

void add_model_keys(std::vector<Key>& keys) {
    keys.push_back(name_key("model.name", {"mlp", "simple_cnn"}, FIELD(model.name)));
    keys.push_back(
        used_when(with_range(make_key("model.hidden", ValueKind::integer_list, FIELD(model.hidden)),
                             {.lowest = 1}),
                  "model.name", {"mlp"}));
    keys.push_back(boolean_key("model.batch_norm", FIELD(model.batch_norm)));
    keys.push_back(number_key("model.dropout", fraction_below_one, FIELD(model.dropout)));
}

void add_optimizer_keys(std::vector<Key>& keys) {
    const std::string path = "training.optimizer.";
    const std::string selector = path + "name";
    keys.push_back(choice_key(selector, spelled({OptimizerKind::sgd, OptimizerKind::adamw}),
                              FIELD(training.optimizer.name)));
    keys.push_back(used_when(
        number_key(path + "momentum", fraction_below_one, FIELD(training.optimizer.momentum)),
        selector, {"sgd"}));
    keys.push_back(switched_on_by(
        used_when(boolean_key(path + "nesterov", FIELD(training.optimizer.nesterov)), selector,
                  {"sgd"}),
        [](const RunSettings& settings) { return settings.training.optimizer.momentum != 0.0; }));
    keys.push_back(
        used_when(number_key(path + "beta1", fraction_below_one, FIELD(training.optimizer.beta1)),
                  selector, {"adamw"}));
    keys.push_back(
        used_when(number_key(path + "beta2", fraction_below_one, FIELD(training.optimizer.beta2)),
                  selector, {"adamw"}));
    keys.push_back(
        used_when(number_key(path + "epsilon", positive, FIELD(training.optimizer.epsilon)),
                  selector, {"adamw"}));
    keys.push_back(
        number_key(path + "weight_decay", not_negative, FIELD(training.optimizer.weight_decay)));
    keys.push_back(choice_key(path + "weight_decay_scaling",
                              spelled({WeightDecayScaling::none, WeightDecayScaling::per_epoch}),
                              FIELD(training.optimizer.weight_decay_scaling)));
    keys.push_back(choice_key(path + "weight_decay_on",
                              spelled({WeightDecayTarget::all, WeightDecayTarget::weights}),
                              FIELD(training.optimizer.weight_decay_on)));
}

void add_training_keys(std::vector<Key>& keys) {
    keys.push_back(integer_key("training.batch_size", 1, FIELD(training.batch_size)));
    keys.push_back(with_range(make_key("training.micro_batch_size", ValueKind::automatic_integer,
                                       FIELD(training.micro_batch_size)),
                              {.lowest = 1}));
    keys.push_back(
        never_axis(integer_key("training.noise_groups", 1, FIELD(training.noise_groups))));
    keys.push_back(number_key("training.learning_rate", positive, FIELD(training.learning_rate)));
    keys.push_back(
        integer_key("training.reference_batch_size", 1, FIELD(training.reference_batch_size)));
    keys.push_back(choice_key("training.learning_rate_scaling",
                              spelled({LearningRateScaling::none, LearningRateScaling::linear,
                                       LearningRateScaling::sqrt, LearningRateScaling::sqrt_adam}),
                              FIELD(training.learning_rate_scaling)));
    keys.push_back(
        number_key("training.warmup_epochs", not_negative, FIELD(training.warmup_epochs)));
    const std::string schedule = "training.schedule";
    keys.push_back(choice_key(
        schedule, spelled({ScheduleKind::constant, ScheduleKind::cosine, ScheduleKind::step}),
        FIELD(training.schedule)));
    keys.push_back(
        used_when(number_key("training.final_fraction", fraction, FIELD(training.final_fraction)),
                  schedule, {"cosine"}));
    keys.push_back(used_when(with_range(make_key("training.step_epochs", ValueKind::number_list,
                                                 FIELD(training.step_epochs)),
                                        positive),
                             schedule, {"step"}));
    keys.push_back(
        used_when(number_key("training.step_factor", positive, FIELD(training.step_factor)),
                  schedule, {"step"}));
    add_optimizer_keys(keys);
    keys.push_back(number_key("training.budget.epochs", positive, FIELD(training.budget.epochs)));
    keys.push_back(integer_key("training.budget.steps", 1, FIELD(training.budget.steps)));
    keys.push_back(integer_key("training.budget.examples", 1, FIELD(training.budget.examples)));
    keys.push_back(number_key("training.budget.seconds", positive, FIELD(training.budget.seconds)));
    keys.push_back(number_key("training.stop.train_loss_below", positive,
                              FIELD(training.stop.train_loss_below)));
    keys.push_back(number_key("training.stop.train_accuracy_above", fraction_below_one,
                              FIELD(training.stop.train_accuracy_above)));
    keys.push_back(
        integer_key("training.stop.plateau_epochs", 1, FIELD(training.stop.plateau_epochs)));
    keys.push_back(integer_key("training.seed", 0, FIELD(training.seed)));
    keys.push_back(choice_key("training.precision",
                              spelled({Precision::float32, Precision::float64}),
                              FIELD(training.precision)));
}

void add_measurement_keys(std::vector<Key>& keys) {
    const std::string statistics = "batch_norm.statistics";
    const auto has_batch_norm = [](const RunSettings& settings) {
        return settings.model.batch_norm;
    };
    keys.push_back(switched_on_by(
        choice_key(statistics, spelled({BatchNormStatistics::global, BatchNormStatistics::ghost}),
                   FIELD(batch_norm.statistics)),
        has_batch_norm));
    // The variance of a single example is 0, hence at least two.
    keys.push_back(switched_on_by(
        used_when(integer_key("batch_norm.size", 2, FIELD(batch_norm.size)), statistics, {"ghost"}),
        has_batch_norm));
    keys.push_back(integer_key("evaluate.every_epochs", 0, FIELD(evaluate.every_epochs)));
    keys.push_back(integer_key("evaluate.validation_every_examples", 1,
                               FIELD(evaluate.validation_every_examples)));
    add_sharpness_keys(keys);
    keys.push_back(never_axis(
        number_key("output.checkpoint_minutes", not_negative, FIELD(output.checkpoint_minutes))));
    keys.push_back(never_axis(choice_key<bool>("output.weights", {{true, "final"}, {false, "none"}},
                                               FIELD(output.final_weights))));
}

std::vector<Key> make_schema() {
    std::vector<Key> keys;
    keys.push_back(never_axis(text_key("study", FIELD(study))));
    add_data_keys(keys);
    add_model_keys(keys);
    add_training_keys(keys);
    add_measurement_keys(keys);
    return keys;
}

}  // namespace

const std::vector<Key>& schema() {
    static const std::vector<Key> keys = make_schema();
    return keys;
}

Value default_at(const Key& key, const RunSettings& settings) {
    if (key.path == "data.directory") {
        return settings.data.name == "fashion-mnist" ? "/usr/share/datasets/fashion-mnist"
                                                     : std::string{};
    }
    if (key.path == "data.validation_examples" && !is_file_based(settings.data.name)) {
        return std::int64_t{0};
    }
    if (key.path == "model.dropout" && settings.model.name == "simple_cnn") {
        return 0.4;
    }
    if (key.path == "training.budget.epochs") {
        const BudgetSettings& budget = settings.training.budget;
        return budget.steps || budget.examples || budget.seconds ? Value{} : Value{10.0};
    }
    static const RunSettings defaults;
    return key.read(defaults);
}

bool is_file_based(std::string_view data_name) {
    return std::find(file_based_data.begin(), file_based_data.end(), data_name) !=
           file_based_data.end();
}

}  // namespace batchscope
