#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/run_settings.hpp"

/// Data sets in host memory, without LibTorch: what the files hold, checked.
namespace batchscope {

enum class Task { classification, regression };

/// Examples of one file or generated set. Pixels stay bytes; synthetic inputs are doubles.
struct Examples {
    std::vector<std::uint8_t>
        pixels;                  ///< images: size x example_size, row-major (channel, row, column)
    std::vector<double> values;  ///< synthetic: size x example_size
    std::vector<std::int64_t> labels;  ///< classification
    std::vector<double> targets;       ///< regression
    [[nodiscard]] std::int64_t size() const;
};

struct Dataset {
    std::string name;
    Task task = Task::classification;
    std::int64_t classes = 0;                 ///< classification
    std::vector<std::int64_t> example_shape;  ///< {channels, rows, columns} or {features}
    Examples train;  ///< training file: train and validation splits come from it
    Examples test;   ///< may be empty
    [[nodiscard]] std::int64_t example_size() const;
    /// 32 hex digits (XXH3, 128 bits) over name, task, shapes and every value: the `data` hash of
    /// the result file.
    [[nodiscard]] std::string hash() const;
};

/// Indices into Dataset::train (train, validation) and Dataset::test (test), each ascending.
struct Splits {
    std::vector<std::int64_t> train, validation, test;
};
/// Draws the splits; they depend on split_seed and the sizes alone. The validation examples do not
/// depend on train_examples, and a smaller train or test subset is part of a larger one. Throws
/// Error (configuration) when more examples are asked than there are.
[[nodiscard]] Splits draw_splits(const DataSettings& settings, const Dataset& dataset);

/// Per-channel mean and standard deviation over the training split, on the scale pixel / 255
/// (images); one mean 0 and one deviation 1 for synthetic tasks, which stay as generated. A channel
/// whose pixels are all equal gets deviation 1. train_indices must not be empty, here and below.
struct Normalisation {
    std::vector<double> mean, standard_deviation;
};
[[nodiscard]] Normalisation measure_normalisation(const Dataset& dataset,
                                                  const std::vector<std::int64_t>& train_indices);

/// Loss (nats, or half squared error) of the best constant prediction on the training split: the
/// entropy of the class frequencies, or half the variance of the targets. The yardstick of
/// "collapsed".
[[nodiscard]] double constant_prediction_loss(const Dataset& dataset,
                                              const std::vector<std::int64_t>& train_indices);

}  // namespace batchscope
