#pragma once

#include <cstdint>
#include <vector>

#include "config/settings_keys.hpp"
#include "data/dataset.hpp"
#include "data/datasets.hpp"

namespace batchscope {

struct LinearRegressionSettings {
    std::int64_t examples = 1000;  ///< of the training part, validation examples among them
    std::int64_t features = 10;
    double noise = 0.1;  ///< standard deviation of the targets' noise
};
[[nodiscard]] std::vector<KeyOf<LinearRegressionSettings>> keys_of(
    Type<LinearRegressionSettings> type);

/// Regression on inputs x from N(0, I): target = x . w + noise * N(0, 1), with w drawn from N(0,
/// I). The best possible mean loss (half squared error) is noise^2 / 2.
[[nodiscard]] DatasetKind linear_regression();

/// The weights w of that task, `features` of them.
[[nodiscard]] std::vector<double> linear_regression_weights(const DataSettings& settings);

}  // namespace batchscope
