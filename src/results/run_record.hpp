#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "results/sharpness_columns.hpp"

/// One run as plain data: exactly what its result file holds. Training fills it, result_file writes
/// and reads it, the analysis uses it.
namespace batchscope {

enum class RunStatus { running, complete, diverged, stopped, failed };
[[nodiscard]] std::string to_string(RunStatus status);

/// An axis value: what the attribute named after the axis' key path holds.
using AttributeValue = std::variant<std::int64_t, double, std::string>;

/// One row per optimizer step. All vectors have the same length.
struct StepColumns {
    std::vector<std::int64_t> step;            ///< 1-based: the number of updates after this one
    std::vector<std::int64_t> examples;        ///< examples seen after the step
    std::vector<std::int64_t> batch_examples;  ///< true size of the global batch
    std::vector<double> train_loss;  ///< mean over the batch at the weights before the update
    std::vector<double> learning_rate;
    std::vector<double>
        gradient_norm;                ///< L2 norm of the mean gradient of the batch, without decay
    std::vector<double> update_norm;  ///< L2 norm of the change of the weights
    std::vector<double> seconds;      ///< volatile: wall time of the step
    /// Volatile noise-scale parts (measures/gradient_noise.hpp): sum_r b_r |g_r|^2, with g_r the
    /// mean gradient of the b_r examples of share r, over `shares` non-empty shares, and the
    /// unbiased estimates of the step from them; NaN with one share.
    std::vector<double> share_gradient_square_sum;
    std::vector<std::int64_t> shares;
    std::vector<double> gradient_covariance_trace;  ///< S
    std::vector<double> gradient_square;            ///< |G|^2; negative at times
    /// Of all rows: batch normalisation over the whole batch makes the shares depend on each other.
    bool shares_coupled = false;
};

/// One row per evaluation. All vectors have the same length. Unknown is NaN.
struct EpochColumns {
    std::vector<double> epoch;  ///< 0 = before training
    std::vector<std::int64_t> step;
    std::vector<std::int64_t> examples;
    std::vector<double> train_loss, train_accuracy;
    std::vector<double> validation_loss, validation_accuracy;
    std::vector<double> test_loss, test_accuracy;
    std::vector<double> weight_norm;          ///< L2 norm of the trainable parameters
    std::vector<double> distance_from_start;  ///< L2 distance to the initial parameters
    // Volatile: since the row before.
    std::vector<double> training_seconds, evaluation_seconds, communication_seconds;
    std::vector<double> examples_per_second;  ///< training examples / training_seconds
    std::vector<std::int64_t> peak_memory_bytes;
};

/// One measurement of curvature and noise at frozen weights.
struct SharpnessRow {
    double epoch = 0;
    std::int64_t step = 0;
    /// By column (sharpness_columns.hpp): one number, or as many as the column's dimensions hold,
    /// row-major. A column without an entry is NaN in this row.
    std::map<std::string, std::vector<double>> values;
};

struct SharpnessRecord {
    /// In the order of the file; the measures tell them, a file that is read brings its own.
    std::vector<SharpnessDimension> dimensions;
    std::vector<SharpnessColumn> columns;
    std::map<std::string, std::vector<double>> scales;  ///< of dimensions: "k", "epsilon", ...
    std::map<std::string, AttributeValue> settings;     ///< attributes of the group
    std::vector<SharpnessRow> rows;
};

/// Per example of a split at the end, in the order of the split's indices.
struct Predictions {
    std::vector<std::int64_t> validation_class, test_class;
    std::vector<double> validation_loss, test_loss;
    /// True classes, so that accuracies can be compared example by example without the data; empty
    /// in files of an earlier version.
    std::vector<std::int64_t> validation_target, test_target;
};

/// A dense array in row-major order.
struct NamedArray {
    std::string name;       ///< "fc1.weight"
    std::string long_name;  ///< what it is
    std::vector<std::int64_t> shape;
    std::variant<std::vector<float>, std::vector<double>> values;
};

/// Examples of each split; 0 where it is empty or not known.
struct SplitSizes {
    std::int64_t train = 0, validation = 0, test = 0;
};

struct DataRecord {
    std::vector<double> mean, standard_deviation;  ///< per channel, on the scale pixel / 255
    std::vector<std::int64_t> train_indices, validation_indices, test_indices;
    std::vector<NamedArray> synthetic;  ///< inputs and targets of a synthetic task; else empty
    /// Of a file that was read: how many indices it holds, whether or not these were read.
    SplitSizes sizes{};
};

/// Everything here is volatile. Vectors have one entry per rank.
struct EnvironmentRecord {
    std::vector<std::string> hosts, device_names, device_ids, affinities;
    std::vector<std::int64_t> threads;
    std::vector<std::int64_t> examples_per_rank;  ///< of a whole global batch
    std::vector<std::string> initial_weights_checksum, final_weights_checksum;
    std::map<std::string, std::string>
        text;  ///< library versions, TF32 and determinism settings, ...
};

struct RunRecord {
    RunStatus status = RunStatus::running;
    std::string reason;  ///< of stopped, failed, diverged; else empty
    std::string study;
    std::string program_version;
    std::int64_t batch_size = 0;
    std::uint64_t seed = 0;
    double learning_rate = 0;  ///< peak, scaled
    std::string learning_rate_scaling;
    bool collapsed = false;
    std::string alias_of;  ///< file name of the run with equal settings; empty if none
    std::string configuration_hash, data_hash;
    std::map<std::string, AttributeValue> axes;  ///< the other grid axes by key path
    std::string configuration;                   ///< resolved YAML
    DataRecord data;
    EnvironmentRecord environment;
    StepColumns steps;
    EpochColumns epochs;
    SharpnessRecord sharpness;
    Predictions predictions;
    std::vector<NamedArray> weights;
    /// Of a file that was read: how many parameters /weights holds (no batch-norm statistics),
    /// whether or not they were read; 0 where weights were not kept.
    std::int64_t parameters = 0;
};

}  // namespace batchscope
