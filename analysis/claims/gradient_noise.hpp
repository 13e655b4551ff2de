#pragma once

#include "analysis/claims/claim_kind.hpp"

namespace batchscope {

/// "Gradient noise falls as 1/B": at identical weights the slope of ln variance on ln(1/B - 1/N) is
/// 1, by sampling theory: it is a check of the instrument. Supported if at the start, the middle
/// and the end of the reference runs the interval over the seeds lies inside 1 ± margin,
/// contradicted if one of the three excludes 1 and not all lie inside (the smallest p counts three
/// times). Not tested where there is no measure, of fewer batch sizes or batches than asked for.
/// Each seed drew batches of its own (measures/batch_gradients.hpp), so that the interval holds the
/// error of the draw.
struct GradientNoiseFalls {
    double margin = 0.1;  ///< of slopes, a difference from 1
    std::int64_t fewest_batch_sizes = 4;
    std::int64_t fewest_batches = 30;  ///< at each batch size

    [[nodiscard]] static const ClaimKind& kind();
    /// Numbers: slope_at_start, slope_at_middle, slope_at_end, margin.
    [[nodiscard]] Finding operator()(const Evidence& evidence) const;
    bool operator==(const GradientNoiseFalls&) const = default;

    // What they say to set is the configuration of the runs to come.
    static const ClaimReason not_measured;         ///< [name: "gradient_noise" or the moment]
    static const ClaimReason too_few_batch_sizes;  ///< [found, needed; name: the moment]
    static const ClaimReason too_few_batches;      ///< [batch_size, seed; found, needed]
};

}  // namespace batchscope
