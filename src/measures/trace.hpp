#pragma once

#include <cstdint>
#include <vector>

#include "config/settings_keys.hpp"
#include "measures/measure_kind.hpp"

namespace batchscope {

/// Hutch++.
struct TraceSettings {
    std::int64_t products = 30;
};
[[nodiscard]] std::vector<KeyOf<TraceSettings>> keys_of(Type<TraceSettings> type);

/// The trace of a symmetric matrix A by Hutch++ (Meyer, Musco, Musco and Woodruff 2021, algorithm
/// 1). A third of the products makes a sketch A S with random signs S, and Q, an orthonormal basis
/// of it. Another third gives the trace in the span of Q exactly; the rest goes to random signs g,
/// of which only the part beyond that span counts:
///     trace = tr(Q'AQ) + mean over g of g'(I - QQ')A(I - QQ')g.
/// Given Q, the terms of the mean are independent and their mean has no bias, so their spread gives
/// the standard error; NaN with one term. A matrix of no more rows than products is summed over
/// unit vectors: exact, standard error 0.
///
/// Of the Hessian, and of the Gauss-Newton matrix.
[[nodiscard]] MeasureKind hessian_trace();
[[nodiscard]] MeasureKind gauss_newton_trace();

}  // namespace batchscope
