#pragma once

#include <cstdint>
#include <vector>

#include "config/settings_keys.hpp"
#include "measures/measure_kind.hpp"

namespace batchscope {

/// Covariance of the examples' gradients, for the full noise scale (McCandlish 2018).
struct GradientCovarianceSettings {
    std::int64_t probes = 10;
};
BATCHSCOPE_DESCRIBE_STRUCT(GradientCovarianceSettings, probes)
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
[[nodiscard]] MeasureKind gradient_covariance();

}  // namespace batchscope
