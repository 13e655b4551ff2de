#pragma once

#include <cmath>
#include <cstdint>

namespace batchscope {

/// Where along the reference run the weights were that gradients were taken at.
enum class WeightsAt { start, middle, end };

/// The noise of gradients of one batch size at fixed weights, as an instrument check needs it.
/// Result files do not hold it yet.
struct GradientNoiseMeasure {
    std::uint64_t seed = 0;  ///< of the reference run, whose weights these are
    WeightsAt weights = WeightsAt::start;
    std::int64_t batch_size = 0;
    std::int64_t batches = 0;  ///< that the variance was taken over, drawn without replacement each
    std::int64_t examples = 0;  ///< N: of the training split
    /// Sum over all parameters of the variance (with batches - 1) of the mean gradient of a batch.
    double variance = NAN;
};

}  // namespace batchscope
