#pragma once

#include <span>

#include "results/run_record.hpp"

namespace batchscope {

/// A ratio of two sums over the same steps, with a standard error.
struct RatioOfSums {
    double value;           ///< NaN where there are no terms
    double standard_error;  ///< NaN for fewer than two blocks
    /// Whether the denominator is above 0 by more than two of its own standard errors. Else the
    /// ratio is of no use, whatever its value.
    bool is_resolved;
};

/// sum(numerators) / sum(denominators), never the mean of ratios, which noise in the denominators
/// would bias. The error is that of the delete-one-block jackknife (Efron 1982; Kuensch 1989) over
/// `blocks` consecutive blocks of nearly equal length, so that steps near each other may depend on
/// each other; over single terms where there are fewer. Both spans are of one length.
[[nodiscard]] RatioOfSums ratio_of_sums(std::span<const double> numerators,
                                        std::span<const double> denominators,
                                        std::int64_t blocks = 20);

/// The simple gradient noise scale B_simple = sum S / sum |G|^2, in examples (McCandlish 2018, eq.
/// 2.9), over the last steps that have seen `window` examples together. Steps of a single share
/// count for the window, but tell nothing.
[[nodiscard]] RatioOfSums noise_scale_over(const StepColumns& steps, double window);

/// The same over the last `epochs` epochs of a run.
[[nodiscard]] RatioOfSums noise_scale_at_end(const RunRecord& record, double epochs = 1.0);

}  // namespace batchscope
