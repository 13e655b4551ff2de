#pragma once

#include <ATen/core/Tensor.h>

#include "config/settings_keys.hpp"
#include "measures/measure_kind.hpp"

namespace batchscope {

/// Variance of the mean gradients of random batches, by batch size.
struct BatchGradientSettings {
    std::vector<std::int64_t> batch_sizes = {16, 64, 256, 1024};
    std::int64_t batches = 50;  ///< of each size
};
[[nodiscard]] std::vector<KeyOf<BatchGradientSettings>> keys_of(Type<BatchGradientSettings> type);

/// The seed of a run's batches. Runs that share `sharpness_seed` draw others all the same:
/// their variances err independently, so that an interval over training seeds holds the error
/// of the draw.
[[nodiscard]] std::uint64_t batch_gradient_seed(std::uint64_t sharpness_seed,
                                                std::uint64_t training_seed);

/// How far the mean gradients of random batches scatter at fixed weights: for each batch size B
/// the sum over the parameters of the unbiased variance over independent batches, each of B of
/// the N examples of a split, drawn without replacement. Sampling theory expects S (1/B - 1/N)
/// of it, with S the trace of the covariance of the examples' gradients, divisor N - 1 (Cochran
/// 1977, "Sampling Techniques", theorem 2.2). A batch is keyed by (seed, B, its number) alone.
///
/// A batch of N or more examples is not measured: its finding is NaN.
class BatchGradients final : public Measure {
  public:
    /// `loss`: outlives it; the weights are those of its network.
    BatchGradients(const BatchGradientSettings& settings, std::uint64_t seed, SplitLoss& loss);

    [[nodiscard]] std::string name() const override { return "batch_gradients"; }
    /// The gradient of one batch.
    void advance() override;
    [[nodiscard]] bool finished() const override;
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    void add(const at::Tensor& gradient);
    [[nodiscard]] std::vector<double> settings_numbers() const;

    BatchGradientSettings settings_;
    std::uint64_t seed_;
    SplitLoss& loss_;

    std::vector<double> variances_;  ///< of the batch sizes so far
    // Of the batch size in work:
    std::int64_t drawn_ = 0;
    at::Tensor mean_;        ///< of the gradients so far; undefined before the first
    double square_sum_ = 0;  ///< of their distances from it
};

[[nodiscard]] MeasureKind batch_gradients();

}  // namespace batchscope
