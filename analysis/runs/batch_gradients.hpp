#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "results/run_record.hpp"

namespace batchscope {

/// How far the mean gradients of random batches of one size scatter at the weights of one row of
/// /sharpness (measures/batch_gradients.hpp).
struct BatchGradientVariance {
    double epoch = std::numeric_limits<double>::quiet_NaN();
    double steps = std::numeric_limits<double>::quiet_NaN();
    std::int64_t batch_size = 0;
    std::int64_t batches = 0;   ///< behind the variance; 0: unknown
    std::int64_t examples = 0;  ///< that they were drawn from; 0: unknown
    double variance = std::numeric_limits<double>::quiet_NaN();  ///< summed over the parameters
};

/// All that a run holds, by step, without batch sizes that could not be measured.
[[nodiscard]] std::vector<BatchGradientVariance> batch_gradient_variances(const RunRecord& record);

}  // namespace batchscope
