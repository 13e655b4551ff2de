#pragma once

#include "analysis/statistics/paired_comparison.hpp"

namespace batchscope {

/// Two one-sided t tests of |difference| < margin (Schuirmann 1987). NaN where the comparison has
/// no t (n < 2, identical seeds).
struct EquivalenceTest {
    double p_above = NAN;  ///< small if the difference is above -margin: not worse by the margin
    double p_below = NAN;  ///< small if the difference is below +margin: not better by the margin
    double p = NAN;        ///< the larger of both: small if the difference lies inside ±margin
};

/// The p of |difference| >= margin: with F the Student distribution, 1 - F((mean + margin) / se)
/// and F((mean - margin) / se). p < a exactly if the interval at confidence 1 - 2a lies inside
/// ±margin, so it can never be small unless margin > t(1 - a) se. The margin is in the unit of the
/// differences, fixed before looking, and above 0 (else std::invalid_argument).
[[nodiscard]] EquivalenceTest two_one_sided_tests(const PairedComparison& comparison,
                                                  double margin);

/// One-sided p of difference <= -margin: small if the setting is not worse than the reference by as
/// much as the margin (>= 0; at 0 this is p_greater). NaN where the comparison has no t.
[[nodiscard]] double non_inferiority_p(const PairedComparison& comparison, double margin);

}  // namespace batchscope
