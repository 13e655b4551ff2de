#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "core/described.hpp"

namespace batchscope {

/// A value tried (a learning rate) and the loss that it gave.
struct LossAtRate {
    double rate;
    double loss;  ///< not finite for a run that diverged
};

/// Whether the best rate lies inside the range that was tried, or why this cannot be said.
enum class BracketStatus {
    bracketed,
    too_few_rates,     ///< fewer than 3 different rates with a finite loss
    invalid_rate,      ///< a rate is not finite or not above 0
    best_at_smallest,  ///< the smallest rate with a finite loss gave the smallest loss: try less
    best_at_largest,   ///< the largest one did: try more
    not_convex,        ///< the quadratic has no minimum
    vertex_outside,    ///< its minimum lies outside the rates of the fit
};
BATCHSCOPE_DESCRIBE_ENUM(BracketStatus, bracketed, too_few_rates, invalid_rate, best_at_smallest,
                         best_at_largest, not_convex, vertex_outside)

/// Least-squares fit of loss = a + b ln rate + c (ln rate)^2.
struct LogQuadratic {
    BracketStatus status = BracketStatus::too_few_rates;
    /// The best rate (the vertex), in the unit of the rates; NaN unless bracketed, as a vertex
    /// outside of what was tried is not a measurement.
    double best_rate = std::nan("");
    double best_loss = std::nan("");  ///< of the fit at best_rate; NaN unless bracketed
    /// How far ln best_rate may be off since rates are tried on a lattice and losses are no
    /// parabola: the largest distance to the vertex through the three central rates and to the
    /// minima of the cubics through these and the next rate on either side; the distance to the
    /// farther neighbour where there is no fourth rate. NaN unless bracketed.
    double log_error = std::nan("");
    double curvature = std::nan("");  ///< c, loss per (ln rate)^2; NaN without a fit
    /// sqrt(SSR / (n - 3)), in units of the loss; NaN for n = 3, where the curve meets all points.
    double residual_standard_deviation = std::nan("");
    std::int64_t n = 0;         ///< points of the fit: those near the best tried rate
    std::int64_t diverged = 0;  ///< points left out since their loss is not finite
};
BATCHSCOPE_DESCRIBE_STRUCT(LogQuadratic, status, best_rate, log_error, best_loss, diverged)

/// The best rate at one batch size from the losses of one seed (claim C6), on the scale on which
/// losses are near a parabola, and only near its minimum: the points within a factor of 4 of the
/// best tried rate, and at least the next rate on each side. Rates far above it end at losses of
/// any size, one of which would move the vertex of a fit over all. A rate may be tried several
/// times. Independent of the order of `tried`. The best tried rate at an edge is never bracketed,
/// whatever the vertex: the fit would extrapolate. Of equal best losses the smallest rate and the
/// largest one must both be inside.
[[nodiscard]] LogQuadratic fit_log_quadratic(std::vector<LossAtRate> tried);

}  // namespace batchscope
