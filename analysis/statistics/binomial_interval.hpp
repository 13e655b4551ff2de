#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include "core/described.hpp"

namespace batchscope {

struct ProbabilityInterval {
    double low = 0;  ///< nothing known: all from 0 to 1
    double high = 1;
};
BATCHSCOPE_DESCRIBE_STRUCT(ProbabilityInterval, low, high)

/// The exact interval of a probability after `successes` of `trials` (Clopper and Pearson 1934), at
/// `confidence` in (0, 1): the a/2 quantile of Beta(k, n - k + 1) and the 1 - a/2 quantile of
/// Beta(k + 1, n - k). It covers at least so often as it says. n of n: the low end is (a/2)^(1/n).
/// No trials: 0 to 1. Throws std::invalid_argument unless 0 <= successes <= trials. Half successes
/// (ties) are taken into the same formula, which lies between those of its neighbours.
[[nodiscard]] ProbabilityInterval clopper_pearson(double successes, std::int64_t trials,
                                                  double confidence);

/// How often one setting beats the other on the same seed.
struct WinningProbability {
    std::int64_t n = 0;
    std::int64_t wins = 0;       ///< differences above 0
    std::int64_t ties = 0;       ///< differences of exactly 0; each counts as half a win
    double probability = NAN;    ///< (wins + ties / 2) / n; NaN for n = 0
    ProbabilityInterval bounds;  ///< Clopper-Pearson; a tie broken by a coin is a win or none
};
template <class Visitor>
constexpr void visit_fields(Type<WinningProbability> /*type*/, const Visitor& visit) {
    visit("estimate", &WinningProbability::probability);
    visit("", &WinningProbability::bounds);
}

/// The probability of winning by paired `differences` (Bouthillier 2021, with pairing by seed).
/// Even five wins of five leave a low end under a half. Throws std::invalid_argument if one is not
/// finite.
[[nodiscard]] WinningProbability winning_probability(std::span<const double> differences,
                                                     double confidence);

}  // namespace batchscope
