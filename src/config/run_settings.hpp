#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/value.hpp"
#include "core/described.hpp"

/// Plain structs of one run: every value that a grid point of a study resolves to. The schema ties
/// each to its key; they are read in one place, never changed afterwards, and
/// stored in the result file. The initial values here are the defaults of the configuration; a
/// result without a key in its canonical form relies on them, so a changed default needs a new
/// canonical_form_version (canonical_form.hpp).
namespace batchscope {

struct AugmentationSettings {
    std::int64_t crop_padding = 0;  ///< pixels of zero padding on each side before a random crop
    bool flip = false;              ///< mirror left-right with probability 1/2
    bool operator==(const AugmentationSettings&) const = default;
};

struct DataSettings {
    std::string name = "fashion-mnist";       ///< one of src/data/datasets.cpp
    std::string directory;                    ///< where the files lie; unused by synthetic tasks
    std::int64_t validation_examples = 5000;  ///< default 0 for synthetic tasks
    std::uint64_t split_seed = 0;
    std::optional<std::int64_t> train_examples;  ///< seeded subset; all that remain if absent
    std::optional<std::int64_t> test_examples;   ///< seeded subset; all if absent
    AugmentationSettings augmentation;
    KeyValues values;  ///< of the data sets' own keys
    bool operator==(const DataSettings&) const = default;
};

struct ModelSettings {
    std::string name = "mlp";  ///< one of src/models/models.cpp
    KeyValues values;          ///< of the networks' own keys
};

enum class LearningRateScaling { none, linear, sqrt, sqrt_adam };
BATCHSCOPE_DESCRIBE_ENUM(LearningRateScaling, none, linear, sqrt, sqrt_adam)
enum class ScheduleKind { constant, cosine, step };
BATCHSCOPE_DESCRIBE_ENUM(ScheduleKind, constant, cosine, step)
enum class WeightDecayScaling { none, per_epoch };
BATCHSCOPE_DESCRIBE_ENUM(WeightDecayScaling, none, per_epoch)
enum class WeightDecayTarget { all, weights };  ///< weights: no decay of biases and batch norm
BATCHSCOPE_DESCRIBE_ENUM(WeightDecayTarget, all, weights)
enum class Precision { float32, float64 };
BATCHSCOPE_DESCRIBE_ENUM(Precision, float32, float64)
enum class BatchNormStatistics { global, ghost };
BATCHSCOPE_DESCRIBE_ENUM(BatchNormStatistics, global, ghost)
enum class StoredWeights { final, none };
BATCHSCOPE_DESCRIBE_ENUM(StoredWeights, final, none)

struct OptimizerSettings {
    std::string name = "sgd";  ///< one of src/optimizers/optimizers.cpp
    KeyValues values;          ///< of the optimizers' own keys
    double weight_decay = 0.0;
    WeightDecayScaling weight_decay_scaling = WeightDecayScaling::none;
    WeightDecayTarget weight_decay_on = WeightDecayTarget::all;
};

/// Exactly one of the four is set.
struct BudgetSettings {
    std::optional<double> epochs;
    std::optional<std::int64_t> steps;
    std::optional<std::int64_t> examples;
    std::optional<double> seconds;
};

/// Early ends; checked at evaluations, on train (not test) metrics; plateau on validation loss.
struct StopSettings {
    std::optional<double> train_loss_below;
    std::optional<double> train_accuracy_above;
    std::optional<std::int64_t> plateau_epochs;  ///< epochs without a new lowest validation loss
};

struct TrainingSettings {
    std::int64_t batch_size = 64;  ///< global: over all ranks
    std::optional<std::int64_t>
        micro_batch_size;           ///< most examples a rank holds at once; absent: auto
    std::int64_t noise_groups = 1;  ///< parts of a rank's local batch whose gradients are compared
                                    ///< for the noise scale
    double learning_rate = 0.01;    ///< at reference_batch_size
    std::optional<std::int64_t> reference_batch_size;  ///< required when a scaling rule is on
    LearningRateScaling learning_rate_scaling = LearningRateScaling::none;
    double warmup_epochs = 0.0;
    ScheduleKind schedule = ScheduleKind::constant;
    double final_fraction = 0.0;      ///< cosine: last rate / peak rate
    std::vector<double> step_epochs;  ///< step: epochs at which the rate is multiplied ...
    double step_factor = 0.1;         ///< ... by this
    OptimizerSettings optimizer;
    BudgetSettings budget;
    StopSettings stop;
    std::uint64_t seed = 1;
    Precision precision = Precision::float32;
};

struct BatchNormSettings {
    BatchNormStatistics statistics = BatchNormStatistics::global;
    std::optional<std::int64_t> size;  ///< ghost: examples per group
};

/// Where there are rows of all splits beside those of epochs.
enum class EvaluationPoints {
    epochs,  ///< nowhere
    log,     ///< at numbers of examples that grow by a factor
};
BATCHSCOPE_DESCRIBE_ENUM(EvaluationPoints, epochs, log)

struct EvaluateSettings {
    std::int64_t every_epochs = 1;  ///< 0: only before training and at the end
    std::optional<EvaluationPoints> at{};
    double factor = 1.5;  ///< of `log`, from a sixteenth of an epoch on
    std::optional<std::int64_t> validation_every_examples;
};

struct SharpnessSettings {
    std::int64_t every_epochs = 0;  ///< and before training; 0: not during training
    bool at_end = true;
    /// Each of src/measures/measures.cpp once at most, in its order; none: nothing is measured.
    std::vector<std::string> measures = {"eigenvalues", "trace"};
    /// Of the training split, at most: a seeded subset where it holds more. A measure may take
    /// hundreds of passes, so that the whole split is for those who ask for it.
    std::int64_t examples = 5000;
    std::uint64_t seed = 0;  ///< of the subset and of all random vectors: shared by all points
    std::optional<std::int64_t>
        micro_batch_size;  ///< most examples a rank holds at once; absent: auto
    KeyValues values;      ///< of the measures' own keys
};

struct OutputSettings {
    double checkpoint_minutes = 10.0;
    StoredWeights weights = StoredWeights::final;
};

struct RunSettings {
    std::string study;
    DataSettings data;
    ModelSettings model;
    TrainingSettings training;
    BatchNormSettings batch_norm;
    EvaluateSettings evaluate;
    SharpnessSettings sharpness;
    OutputSettings output;
};

/// Whether a run with these settings measures sharpness at all, during or after training.
[[nodiscard]] bool measures_sharpness(const RunSettings& settings);
/// The same for one measure.
[[nodiscard]] bool measures_sharpness(const RunSettings& settings, const std::string& measure);

}  // namespace batchscope
