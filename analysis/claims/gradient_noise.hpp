#pragma once

#include "analysis/claims/evidence.hpp"
#include "analysis/claims/finding.hpp"

namespace batchscope {

/// "Gradient noise falls as 1/B": at identical weights the slope of ln variance on ln(1/B - 1/N) is
/// 1, by sampling theory: it is a check of the instrument. Supported if at the start, the middle
/// and the end of the reference runs the interval over the seeds lies inside 1 ± margin,
/// contradicted if one of the three excludes 1 and not all lie inside (the smallest p counts three
/// times). Not tested where there is no measure, of fewer batch sizes or batches than asked for.
/// Each seed drew batches of its own (measures/batch_gradients.hpp), so that the interval holds the
/// error of the draw.
/// Numbers: slope_at_start, slope_at_middle, slope_at_end, margin.
[[nodiscard]] Finding find_gradient_noise(const Claim& claim, const Evidence& evidence);

}  // namespace batchscope
