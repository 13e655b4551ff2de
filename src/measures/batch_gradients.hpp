#pragma once

#include <cstdint>
#include <vector>

#include "config/settings_keys.hpp"
#include "measures/measure_kind.hpp"

namespace batchscope {

/// Variance of the mean gradients of random batches, by batch size.
struct BatchGradientSettings {
    std::vector<std::int64_t> batch_sizes = {16, 64, 256, 1024};
    std::int64_t batches = 50;  ///< of each size
};
BATCHSCOPE_DESCRIBE_STRUCT(BatchGradientSettings, batches, batch_sizes)
[[nodiscard]] std::vector<KeyOf<BatchGradientSettings>> keys_of(Type<BatchGradientSettings> type);

/// How far the mean gradients of random batches scatter at fixed weights: for each batch size B
/// the sum over the parameters of the unbiased variance over independent batches, each of B of
/// the N examples of a split, drawn without replacement. Sampling theory expects S (1/B - 1/N)
/// of it, with S the trace of the covariance of the examples' gradients, divisor N - 1 (Cochran
/// 1977, "Sampling Techniques", theorem 2.2). A batch is keyed by (seed, B, its number) alone. Runs
/// of other training seeds draw other batches: their variances err independently, so that an
/// interval over training seeds holds the error of the draw.
///
/// A batch of N or more examples is not measured: its finding is NaN.
[[nodiscard]] MeasureKind batch_gradients();

}  // namespace batchscope
