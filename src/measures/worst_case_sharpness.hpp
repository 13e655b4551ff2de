#pragma once

#include <cstdint>
#include <vector>

#include "config/settings_keys.hpp"
#include "measures/measure_kind.hpp"

namespace batchscope {

/// Loss at the worst point of a ball: SAM (Foret 2021) and its adaptive form (Kwon 2021).
struct WorstCaseSettings {
    double radius = 0.05;
    double adaptive_radius = 0.5;
    std::int64_t iterations = 20;  ///< of projected gradient ascent, beyond the first-order step
};
BATCHSCOPE_DESCRIBE_STRUCT(WorstCaseSettings, radius, adaptive_radius, iterations)
[[nodiscard]] std::vector<KeyOf<WorstCaseSettings>> keys_of(Type<WorstCaseSettings> type);

/// The highest loss in a ball around the weights w, less the loss at them:
///
///     max over |T^-1 e| <= rho of f(w + e) - f(w)
///
/// with T = 1 (sam: Foret, Kleiner, Mobahi & Neyshabur, "Sharpness-aware minimization", ICLR 2021,
/// equation 1) and with T = |w|, each weight by its own size (adaptive: Kwon, Kim, Park & Choi,
/// "ASAM", ICML 2021, definition 2). The adaptive measure is the same for all networks that differ
/// by w_i -> c_i w_i, with the function unchanged; therefore no constant is added to |w|, which
/// training with ASAM does for stability: a weight of zero stays.
///
/// Values, for KIND in sam, adaptive:
///   KIND_first_order  at the point that the gradient g promises most: e = rho g / |g|, e = rho T^2
///                     g / |T g|; may be negative; 0 where the gradient is zero
///   KIND_sharpness    highest found in `iterations` of ProjectedAscent from there (from a random
///                     point where the gradient is zero): a lower bound, never below 0 and the
///                     first-order value
///
/// A loss or gradient that is not finite leaves NaN in what would need it.
[[nodiscard]] MeasureKind worst_case_sharpness();

}  // namespace batchscope
