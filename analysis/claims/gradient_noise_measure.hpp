#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "analysis/questions/recipe.hpp"

namespace batchscope {

/// Where along the reference run the weights were that gradients were taken at.
enum class WeightsAt { start, middle, end };

/// The noise of gradients of one batch size at fixed weights, as an instrument check needs it.
struct GradientNoiseMeasure {
    std::uint64_t seed = 0;  ///< of the reference run, whose weights these are
    WeightsAt weights = WeightsAt::start;
    std::int64_t batch_size = 0;
    std::int64_t batches = 0;  ///< that the variance was taken over, drawn without replacement each
    std::int64_t examples = 0;  ///< N: that the batches were drawn from
    /// Sum over all parameters of the variance (with batches - 1) of the mean gradient of a batch.
    double variance = NAN;

    /// Whether it tells anything: a batch of all examples has no variance.
    [[nodiscard]] bool is_known() const {
        return variance > 0 && std::isfinite(variance) && batch_size >= 1 && batch_size < examples;
    }
    /// 1/B - 1/N, by which the covariance of the examples' gradients becomes that of a batch.
    [[nodiscard]] double sampling_factor() const {
        return 1 / static_cast<double>(batch_size) - 1 / static_cast<double>(examples);
    }
};

/// What the reference runs of a recipe hold of it, one run for each seed. They are those of the
/// batch size nearest to the geometric middle of the grid, sqrt(smallest x largest), of two equally
/// near the smaller one, among those with a run that holds any. The start is the row before
/// training, the end that after the last step, the middle the row nearest to half of the epochs
/// among those between, of two equally near the earlier one.
[[nodiscard]] std::vector<GradientNoiseMeasure> gradient_noise_measures(const Recipe& recipe);

}  // namespace batchscope
