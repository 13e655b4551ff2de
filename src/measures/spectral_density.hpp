#pragma once

#include <cstdint>
#include <vector>

#include "config/settings_keys.hpp"
#include "measures/measure_kind.hpp"

namespace batchscope {

/// Stochastic Lanczos quadrature.
struct DensitySettings {
    std::int64_t probes = 4;
    std::int64_t steps = 80;    ///< Lanczos steps of a probe
    std::int64_t points = 200;  ///< of the curve
};
[[nodiscard]] std::vector<KeyOf<DensitySettings>> keys_of(Type<DensitySettings> type);

/// The density of the eigenvalues of a symmetric matrix by stochastic Lanczos quadrature (Ubaru,
/// Chen and Saad 2017, section 3; Ghorbani, Krishnan and Xiao 2019, algorithm 1). m Lanczos steps
/// from a random probe v of signs, scaled to length 1, give a tridiagonal matrix. Its eigenvalues
/// theta_j with the squared first components w_j of its eigenvectors are the Gauss quadrature of
/// the spectrum as v sees it: exact for polynomials up to degree 2m - 1, and without bias over
/// random v.
///
/// The curve is the mean over probes of sum_j w_j N(x; theta_j, sigma^2), on equally spaced
/// positions; standard errors from the spread of probes, NaN with one. sigma is the range of the
/// theta_j / m, about what m steps resolve, or 2 / points of it if that is more, so that the
/// positions show every kernel. A range under 1e-3 of the largest |theta_j| counts as that.
/// Positions go 5 sigma beyond the range: the curve integrates to 1. It has the mean of the
/// spectrum, and its variance plus sigma^2.
[[nodiscard]] MeasureKind spectral_density();

}  // namespace batchscope
