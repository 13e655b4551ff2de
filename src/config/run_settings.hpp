#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Plain structs of one run: every value that a grid point of a study resolves to. The table in
/// schema.cpp ties each to its key; they are read in one place, never changed afterwards, and
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
    std::string name = "fashion-mnist";       ///< fashion-mnist, mnist, cifar-10, cifar-100,
                                              ///< linear-regression, gaussians
    std::string directory;                    ///< where the files lie; unused by synthetic tasks
    std::int64_t validation_examples = 5000;  ///< default 0 for synthetic tasks
    std::uint64_t split_seed = 0;
    std::optional<std::int64_t> train_examples;  ///< seeded subset; all that remain if absent
    std::optional<std::int64_t> test_examples;   ///< seeded subset; all if absent
    AugmentationSettings augmentation;
    // Synthetic tasks only. Examples of the training part include the validation examples.
    std::int64_t examples = 1000;
    std::int64_t features = 10;
    std::int64_t classes = 2;  ///< gaussians
    double noise = 0.1;        ///< linear-regression: standard deviation of the targets' noise
    double separation = 4.0;   ///< gaussians: distance of the class means, in standard deviations
    bool operator==(const DataSettings&) const = default;
};

struct ModelSettings {
    std::string name = "mlp";                       ///< mlp or simple_cnn
    std::vector<std::int64_t> hidden = {512, 512};  ///< mlp: widths; empty is softmax regression
    bool batch_norm = false;
    double dropout = 0.0;  ///< default 0 for mlp, 0.4 for simple_cnn (Shallue 2019)
};

enum class LearningRateScaling { none, linear, sqrt, sqrt_adam };
enum class ScheduleKind { constant, cosine, step };
enum class OptimizerKind { sgd, adamw };
enum class WeightDecayScaling { none, per_epoch };
enum class WeightDecayTarget { all, weights };  ///< weights: no decay of biases and batch norm
enum class Precision { float32, float64 };
enum class BatchNormStatistics { global, ghost };

/// The spelling of a choice in configurations, result files and messages: "sqrt_adam".
[[nodiscard]] std::string to_string(LearningRateScaling scaling);
[[nodiscard]] std::string to_string(ScheduleKind schedule);
[[nodiscard]] std::string to_string(OptimizerKind optimizer);
[[nodiscard]] std::string to_string(WeightDecayScaling scaling);
[[nodiscard]] std::string to_string(WeightDecayTarget target);
[[nodiscard]] std::string to_string(Precision precision);
[[nodiscard]] std::string to_string(BatchNormStatistics statistics);

struct OptimizerSettings {
    OptimizerKind name = OptimizerKind::sgd;
    double momentum = 0.9;  ///< sgd
    bool nesterov = false;  ///< sgd
    double beta1 = 0.9;     ///< adamw
    double beta2 = 0.999;   ///< adamw
    double epsilon = 1e-8;  ///< adamw
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

/// Early ends; checked at evaluations, on train (not test) figures; plateau on validation loss.
struct StopSettings {
    std::optional<double> train_loss_below;
    std::optional<double> train_accuracy_above;
    std::optional<std::int64_t> plateau_epochs;  ///< epochs without a new lowest validation loss
};

struct TrainingSettings {
    std::int64_t batch_size = 64;  ///< global: over all ranks
    std::optional<std::int64_t>
        micro_batch_size;           ///< most examples a rank holds at once; absent: auto
    std::int64_t noise_groups = 1;  ///< parts of a rank's share whose gradients are compared for
                                    ///< the noise scale
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

struct EvaluateSettings {
    std::int64_t every_epochs = 1;  ///< 0: only before training and at the end
    std::optional<std::int64_t> validation_every_examples;
};

/// Hessian (or Gauss-Newton matrix) by Lanczos.
struct EigenvalueSettings {
    std::int64_t largest = 5;     ///< so many of the largest eigenvalues
    std::int64_t smallest = 1;    ///< so many of the smallest (algebraic)
    double tolerance = 1e-3;      ///< of a residual, relative to the largest |eigenvalue|
    std::int64_t products = 300;  ///< at most
};

/// Hutch++.
struct TraceSettings {
    std::int64_t products = 30;
};

/// Stochastic Lanczos quadrature.
struct DensitySettings {
    std::int64_t probes = 4;
    std::int64_t steps = 80;    ///< Lanczos steps of a probe
    std::int64_t points = 200;  ///< of the curve
};

/// Metric 2.1 of Keskar 2017.
struct KeskarSettings {
    std::vector<double> epsilon = {1e-3, 5e-4};
    std::int64_t subspace = 100;   ///< columns of A, beside the full space; 0: full space only
    std::int64_t starts = 5;       ///< 0 first, the others uniform in the box
    std::int64_t iterations = 10;  ///< of projected L-BFGS from each start
};

/// Loss at the worst point of a ball: SAM (Foret 2021) and its adaptive form (Kwon 2021).
struct WorstCaseSettings {
    double radius = 0.05;
    double adaptive_radius = 0.5;
    std::int64_t iterations = 20;  ///< of projected gradient ascent, beyond the first-order step
};

/// Mean loss under Gaussian noise, of a filter's norm times `deviation` in each filter.
struct AverageCaseSettings {
    double deviation = 0.1;
    std::int64_t draws = 20;
};

/// Largest noise that keeps the accuracy (Jiang 2020).
struct PacBayesSettings {
    double accuracy_drop = 0.1;
    std::int64_t draws = 10;
};

/// Loss along filter-normalised random directions (Li 2018).
struct SliceSettings {
    std::int64_t directions = 1;
    double range = 1.0;        ///< from -range to range
    std::int64_t points = 25;  ///< odd, so that 0 is one of them
};

/// Covariance of the examples' gradients, for the full noise scale (McCandlish 2018).
struct GradientCovarianceSettings {
    std::int64_t probes = 10;
};

/// Variance of the mean gradients of random batches, by batch size.
struct BatchGradientSettings {
    std::vector<std::int64_t> batch_sizes = {16, 64, 256, 1024};
    std::int64_t batches = 50;  ///< of each size
};

struct SharpnessSettings {
    std::int64_t every_epochs = 0;  ///< and before training; 0: not during training
    bool at_end = true;
    /// Each of sharpness_measures() once at most, in its order; none: nothing is measured.
    std::vector<std::string> measures = {"eigenvalues", "trace"};
    /// Of the training split, at most: a seeded subset where it holds more. A measure may take
    /// hundreds of passes, so that the whole split is for those who ask for it.
    std::int64_t examples = 5000;
    std::uint64_t seed = 0;  ///< of the subset and of all random vectors: shared by all points
    std::optional<std::int64_t>
        micro_batch_size;  ///< most examples a rank holds at once; absent: auto
    EigenvalueSettings eigenvalues;
    TraceSettings trace;
    DensitySettings density;
    KeskarSettings keskar;
    WorstCaseSettings worst_case;
    AverageCaseSettings average_case;
    PacBayesSettings pac_bayes;
    SliceSettings slices;
    GradientCovarianceSettings gradient_covariance;
    BatchGradientSettings batch_gradients;
};

struct OutputSettings {
    double checkpoint_minutes = 10.0;
    bool final_weights = true;  ///< output.weights: final | none
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

/// The names that sharpness.measures may hold, in the order in which they are measured.
[[nodiscard]] const std::vector<std::string>& sharpness_measures();

/// Whether a run with these settings measures sharpness at all, during or after training.
[[nodiscard]] bool measures_sharpness(const RunSettings& settings);
/// The same for one measure.
[[nodiscard]] bool measures_sharpness(const RunSettings& settings, const std::string& measure);

/// Peak learning rate: learning_rate (none), learning_rate x B / reference_batch_size (linear,
/// Goyal 2017) or learning_rate x sqrt(B / reference_batch_size) (sqrt, sqrt_adam); exactly
/// learning_rate where B is the reference. Throws Error (configuration) when a rule is on without a
/// reference.
[[nodiscard]] double peak_learning_rate(const TrainingSettings& training);

}  // namespace batchscope
