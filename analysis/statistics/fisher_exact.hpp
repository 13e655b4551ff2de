#pragma once

#include <cmath>
#include <cstdint>

#include "core/described.hpp"

namespace batchscope {

/// Of the runs of a setting and of its reference, how many came to nothing.
struct LostRuns {
    std::int64_t tried = 0;  ///< that count or are lost
    std::int64_t lost = 0;
    std::int64_t reference_tried = 0;
    std::int64_t reference_lost = 0;
    [[nodiscard]] bool any() const { return lost + reference_lost > 0; }
    /// All of the setting's are.
    [[nodiscard]] bool all() const { return lost > 0 && lost == tried; }
};
BATCHSCOPE_DESCRIBE_STRUCT(LostRuns, tried, lost, reference_tried, reference_lost)

/// Fisher's exact test of "the setting loses runs as often as its reference" (Fisher 1935, section
/// 21.02), one-sided, given how many are lost in all. NaN where either has no run or none is lost.
struct FisherTest {
    double p_more = NAN;   ///< small if the setting loses more of its runs
    double p_fewer = NAN;  ///< small if it loses fewer
    /// The smallest that p_more and p_fewer could be with so many lost in all.
    double smallest_p_more = NAN;
    double smallest_p_fewer = NAN;
};
[[nodiscard]] FisherTest fisher_exact_test(const LostRuns& runs);

/// The rate of losses that n runs without a loss do not exclude at `confidence`: 1 - (1 -
/// confidence)^(1/n), the one-sided bound of Clopper and Pearson (1934). 1 for n = 0. In (0, 1].
[[nodiscard]] double unseen_loss_rate(std::int64_t runs, double confidence);

}  // namespace batchscope
