#pragma once

#include <cstdint>
#include <vector>

#include "config/settings_keys.hpp"
#include "measures/measure_kind.hpp"

namespace batchscope {

/// Hessian (or Gauss-Newton matrix) by Lanczos.
struct EigenvalueSettings {
    std::int64_t largest = 5;     ///< so many of the largest eigenvalues
    std::int64_t smallest = 1;    ///< so many of the smallest (algebraic)
    double tolerance = 1e-3;      ///< of a residual, relative to the largest |eigenvalue|
    std::int64_t products = 300;  ///< at most
};
BATCHSCOPE_DESCRIBE_STRUCT(EigenvalueSettings, largest, smallest, tolerance, products)
[[nodiscard]] std::vector<KeyOf<EigenvalueSettings>> keys_of(Type<EigenvalueSettings> type);

/// The largest and the smallest (algebraic) eigenvalues of a symmetric matrix, from one Krylov
/// space: Lanczos with full reorthogonalisation and thick restarts (Wu and Simon 2000).
///
/// Each value is the Rayleigh quotient rho = x'Hx of a unit vector, and its residual |Hx - rho x|
/// is measured by a product of its own, not estimated. Certain is therefore: an eigenvalue of H
/// lies within the residual of the value (Parlett 1998, theorem 4.5.1), the i-th largest value is
/// at most the i-th largest eigenvalue, and the i-th smallest at least the i-th smallest (Cauchy
/// interlacing). `converged` is residual <= tolerance x the largest |value| seen.
///
/// Not certain, as for any method that knows a matrix by products alone: that no eigenvalue was
/// missed. A Krylov space of one vector holds each eigenvalue once, and two that are almost equal
/// count as one. So when all residuals are small, another random vector starts a second chain in
/// the same basis: a probe, half as many products long as the first chain needed, and as many more
/// for the older chain in turn. A value that moves makes the probe longer, and then another one
/// follows.
///
/// The chains end when a probe has moved nothing, when a small matrix is known whole, or when the
/// products are spent but for those of the residuals. Where these do not suffice, residuals are
/// NaN; without as many pairs, values too.
///
/// Of the Hessian, and of the Gauss-Newton matrix: the largest alone, since its smallest are zero
/// as soon as there are more parameters than examples.
[[nodiscard]] MeasureKind hessian_eigenvalues();
[[nodiscard]] MeasureKind gauss_newton_eigenvalues();

}  // namespace batchscope
