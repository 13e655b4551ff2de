#pragma once

#include <concepts>
#include <string>
#include <type_traits>
#include <vector>

#include "results/run_record.hpp"
#include "results/sharpness_columns.hpp"

/// The one table of what a result file holds. Writer, reader and documentation all walk it, so that
/// they cannot drift apart.
namespace batchscope {

inline constexpr const char* schema_name = "batchscope";
inline constexpr std::int64_t schema_version = 1;

/// Attribute of /steps, 0 or 1: StepColumns::shares_coupled.
inline constexpr const char* shares_coupled_name = "shares_coupled";

/// One data set. Unit "1" is a plain number, "none" text or a class number.
struct DatasetDescription {
    std::string group;
    std::string name;
    std::string units;
    std::string long_name;
    bool is_volatile = false;  ///< depends on the clock or the machine
};

template <class Record, class Plain>
concept Either = std::same_as<std::remove_const_t<Record>, Plain>;

/// Whether files of earlier versions lack the column: it reads as unknown then.
[[nodiscard]] bool was_added_later(const DatasetDescription& description);

/// Calls visit(description, column) for each column of /steps; `step` is the dimension scale.
template <Either<StepColumns> Columns, class Visitor>
void visit_columns(Columns& c, Visitor&& visit) {
    const auto column = [&visit](const char* name, const char* units, const char* long_name,
                                 auto& values, bool is_volatile = false) {
        visit(DatasetDescription{"steps", name, units, long_name, is_volatile}, values);
    };
    column("step", "1", "number of updates after this one", c.step);
    column("examples", "1", "training examples seen after the step", c.examples);
    column("batch_examples", "1", "examples in the global batch of the step", c.batch_examples);
    column("train_loss", "1",
           "mean loss of the batch before the update: cross-entropy in nats (regression: half the "
           "squared error), in training mode",
           c.train_loss);
    column("learning_rate", "1", "learning rate of the step", c.learning_rate);
    column("gradient_norm", "1", "L2 norm of the batch's mean gradient, without weight decay",
           c.gradient_norm);
    column("update_norm", "1", "L2 norm of the change of the weights", c.update_norm);
    column("seconds", "s", "wall time of the step", c.seconds, true);
    column("share_gradient_square_sum", "1",
           "sum over the shares of |summed gradient|^2 / examples, for the noise scale",
           c.share_gradient_square_sum, true);
    column("shares", "1",
           "number of non-empty shares of the batch (training.noise_groups of each rank)", c.shares,
           true);
    column("gradient_covariance_trace", "1",
           "unbiased estimate of the trace of the covariance of the examples' gradients; sum it "
           "over many steps before any ratio; NaN with one share",
           c.gradient_covariance_trace, true);
    column("gradient_square", "1",
           "unbiased estimate of |G|^2, G the gradient of the whole training split; negative at "
           "times; sum it over many steps before any ratio; NaN with one share",
           c.gradient_square, true);
}

/// The same for /epochs; `epoch` is the dimension scale.
template <Either<EpochColumns> Columns, class Visitor>
void visit_columns(Columns& c, Visitor&& visit) {
    const auto column = [&visit](const char* name, const char* units, const char* long_name,
                                 auto& values, bool is_volatile = false) {
        visit(DatasetDescription{"epochs", name, units, long_name, is_volatile}, values);
    };
    column("epoch", "1", "passes over the training split; 0 is before training", c.epoch);
    column("step", "1", "number of updates so far", c.step);
    column("examples", "1", "training examples seen so far", c.examples);
    column(
        "train_loss", "1",
        "mean loss over the training split at frozen weights in evaluation mode: cross-entropy in "
        "nats (regression: half the squared error)",
        c.train_loss);
    column("train_accuracy", "1", "fraction of the training split classified correctly",
           c.train_accuracy);
    column("validation_loss", "1", "as train_loss, over the validation split", c.validation_loss);
    column("validation_accuracy", "1", "as train_accuracy, over the validation split",
           c.validation_accuracy);
    column("test_loss", "1", "as train_loss, over the test split", c.test_loss);
    column("test_accuracy", "1", "as train_accuracy, over the test split", c.test_accuracy);
    column("weight_norm", "1", "L2 norm of the trainable parameters", c.weight_norm);
    column("distance_from_start", "1", "L2 distance to the initial parameters",
           c.distance_from_start);
    column("training_seconds", "s", "wall time of training since the row before",
           c.training_seconds, true);
    column("evaluation_seconds", "s", "wall time of evaluation since the row before",
           c.evaluation_seconds, true);
    column("communication_seconds", "s", "wall time in collectives since the row before",
           c.communication_seconds, true);
    column("examples_per_second", "1/s",
           "training examples / training_seconds since the row before", c.examples_per_second,
           true);
    column("peak_memory_bytes", "byte", "largest memory of a rank so far", c.peak_memory_bytes,
           true);
}

/// The same for /predictions.
template <Either<Predictions> Columns, class Visitor>
void visit_columns(Columns& c, Visitor&& visit) {
    const auto column = [&visit](const char* name, const char* units, const char* long_name,
                                 auto& values) {
        visit(DatasetDescription{"predictions", name, units, long_name, false}, values);
    };
    column("validation_class", "none",
           "predicted class of each validation example, in the order of /data/validation_indices",
           c.validation_class);
    column("validation_loss", "1", "loss of each validation example", c.validation_loss);
    column("test_class", "none",
           "predicted class of each test example, in the order of /data/test_indices",
           c.test_class);
    column("test_loss", "1", "loss of each test example", c.test_loss);
    column("validation_target", "none", "true class of each validation example; -1 in regression",
           c.validation_target);
    column("test_target", "none", "true class of each test example; -1 in regression",
           c.test_target);
}

/// The same for /data, without the arrays of a synthetic task.
template <Either<DataRecord> Columns, class Visitor>
void visit_columns(Columns& c, Visitor&& visit) {
    const auto column = [&visit](const char* name, const char* units, const char* long_name,
                                 auto& values) {
        visit(DatasetDescription{"data", name, units, long_name, false}, values);
    };
    column("mean", "1", "mean of each channel over the training split, on the scale pixel / 255",
           c.mean);
    column("standard_deviation", "1", "standard deviation of each channel, likewise",
           c.standard_deviation);
    column("train_indices", "1", "0-based positions of the training split in the training file",
           c.train_indices);
    column("validation_indices", "1",
           "0-based positions of the validation split in the training file", c.validation_indices);
    column("test_indices", "1", "0-based positions of the test split in the test file",
           c.test_indices);
}

/// The same for the per-rank arrays of /environment.
template <Either<EnvironmentRecord> Columns, class Visitor>
void visit_columns(Columns& c, Visitor&& visit) {
    const auto column = [&visit](const char* name, const char* units, const char* long_name,
                                 auto& values) {
        visit(DatasetDescription{"environment", name, units, long_name, true}, values);
    };
    column("hosts", "none", "host of each rank", c.hosts);
    column("device_names", "none", "device of each rank", c.device_names);
    column("device_ids", "none", "identity of each rank's device", c.device_ids);
    column("affinities", "none", "cores each rank may run on", c.affinities);
    column("threads", "1", "compute threads of each rank", c.threads);
    column("examples_per_rank", "1", "examples of a whole global batch that each rank takes",
           c.examples_per_rank);
    column("initial_weights_checksum", "none", "checksum of each rank's weights before training",
           c.initial_weights_checksum);
    column("final_weights_checksum", "none", "checksum of each rank's weights at the end",
           c.final_weights_checksum);
}

/// /sharpness: the fields of a row, and what sharpness_columns.hpp lists.
[[nodiscard]] DatasetDescription sharpness_epoch_description();
[[nodiscard]] DatasetDescription sharpness_step_description();
[[nodiscard]] DatasetDescription description_of(const SharpnessDimension& dimension);
[[nodiscard]] DatasetDescription description_of(const SharpnessColumn& column);
/// /config.
[[nodiscard]] DatasetDescription configuration_description();
/// A text of /environment.
[[nodiscard]] DatasetDescription environment_text_description(const std::string& name);

/// Every data set that result files hold, in the file's order: for the documentation. Those of
/// /sharpness are in a file where they were measured.
[[nodiscard]] std::vector<DatasetDescription> result_schema();

/// Whether a root attribute belongs to the schema; any other one is a grid axis under its key path.
[[nodiscard]] bool is_schema_attribute(const std::string& name);

/// Throws Error (data) where a text is not one of the statuses.
[[nodiscard]] RunStatus parse_run_status(const std::string& text);

}  // namespace batchscope
