#pragma once

#include "analysis/claims/evidence.hpp"
#include "analysis/claims/finding.hpp"

namespace batchscope {

/// "64 to 128 is the sweet spot": the medium group's performance is above that of the small and
/// that of the large one, an intersection-union test of both one-sided tests. Contradicted if
/// either is above the medium one (each one-sided; the smaller p counts twice, since there are
/// two), or if it is equivalent to both (where the medium group is as good as
/// another, contradiction is right, whichever of both is then said to be above). Beside it, whether
/// the medium group is not inferior to any other batch size. Not tested where a group has no runs.
/// Numbers: medium_less_small, medium_less_large, not_inferior_to_any (a p), margin.
[[nodiscard]] Finding find_sweet_spot(const Claim& claim, const Evidence& evidence);

}  // namespace batchscope
