#pragma once

#include "config/settings_keys.hpp"
#include "measures/measure_kind.hpp"

namespace batchscope {

/// Covariance of the examples' gradients, for the full noise scale (McCandlish 2018).
struct GradientCovarianceSettings {
    std::int64_t probes = 10;
};
[[nodiscard]] std::vector<KeyOf<GradientCovarianceSettings>> keys_of(
    Type<GradientCovarianceSettings> type);

/// The noise of a gradient at fixed weights, from all N examples of a split: with the covariance
/// Sigma = 1/N sum_i (g_i - G)(g_i - G)' of the examples' gradients around the full gradient G and
/// the Hessian H, the full noise scale B_noise = tr(H Sigma) / (G' H G) (McCandlish 2018, eq. 2.8)
/// and the simple one, tr(Sigma) / |G|^2 (eq. 2.9).
///
/// The traces come from random signs z_i of the examples: u = 1/sqrt(N) sum_i z_i (g_i - G) has the
/// covariance Sigma, so that the means of |u|^2 and u' H u over such probes have no bias; standard
/// errors from their spread. One probe costs a gradient and a product, no gradient of a single
/// example.
class GradientCovariance final : public Measure {
  public:
    /// `loss`, `hessian`: of the same network and split; they outlive it.
    GradientCovariance(const GradientCovarianceSettings& settings, std::uint64_t seed,
                       at::Tensor weights, SplitLoss& loss, SymmetricOperator& hessian);

    [[nodiscard]] std::string name() const override { return "gradient_covariance"; }
    void advance() override;
    [[nodiscard]] bool finished() const override;
    [[nodiscard]] std::vector<NamedArray> state() const override;
    void restore(const std::vector<NamedArray>& state) override;
    [[nodiscard]] MeasuredValues values() const override;

  private:
    void measure_gradient();
    void measure_probes();
    [[nodiscard]] std::vector<double> settings_numbers() const;

    std::int64_t probes_;
    std::uint64_t seed_;
    at::Tensor weights_;
    SplitLoss& loss_;
    SymmetricOperator& hessian_;

    at::Tensor gradient_;                            ///< G; undefined before the first advance()
    double gradient_curvature_ = 0;                  ///< G' H G
    std::vector<double> traces_, curvature_traces_;  ///< |u|^2 and u' H u of each probe so far
};

[[nodiscard]] MeasureKind gradient_covariance();

}  // namespace batchscope
