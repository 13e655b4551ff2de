#pragma once

#include <cstdint>
#include <vector>

#include "config/settings_keys.hpp"
#include "measures/measure_kind.hpp"

namespace batchscope {

/// Largest noise that keeps the accuracy (Jiang 2020).
struct PacBayesSettings {
    double accuracy_drop = 0.1;
    std::int64_t draws = 10;
};
BATCHSCOPE_DESCRIBE_STRUCT(PacBayesSettings, accuracy_drop, draws)
[[nodiscard]] std::vector<KeyOf<PacBayesSettings>> keys_of(Type<PacBayesSettings> type);

/// The largest noise that keeps the accuracy: the sigma at which the mean accuracy over `draws` of
/// w + sigma (|w| + 1e-3) xi, xi standard normal, has dropped by `accuracy_drop` from that at w
/// (after the magnitude-aware sharpness of Jiang, Neyshabur, Mobahi, Krishnan & Bengio, "Fantastic
/// generalization measures and where to find them", ICLR 2020, appendix C.4). Its PAC-Bayes bound
/// goes with 1 / sigma^2: a large sigma is a flat minimum.
///
/// The draws are the same at every sigma, so the mean accuracy is one function of sigma. It is
/// bracketed by doubling sigma from 1/64, then halved 15 times.
///
/// Values:
///   pac_bayes_sigma          the largest sigma tried, below the first known drop, that kept the
///                            accuracy; NaN where none up to 4 drops it so far, and for regression
///   pac_bayes_accuracy       mean accuracy there (at 4, where none drops)
///   pac_bayes_sigma_bracket  distance to the smallest sigma tried that did not. The noise of the
///                            draws comes on top
[[nodiscard]] MeasureKind pac_bayes();

}  // namespace batchscope
