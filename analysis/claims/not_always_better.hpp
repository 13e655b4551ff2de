#pragma once

#include "analysis/claims/evidence.hpp"
#include "analysis/claims/finding.hpp"

namespace batchscope {

/// "Larger is not always better": for some pair of batch sizes with three common seeds the
/// performance of the larger one is below that of the smaller one by more than the margin (Holm
/// over the pairs; its first step decides). Contradicted if the largest batch size is compared with
/// every smaller one and not inferior to any (intersection-union); one that diverged is not. Not
/// tested where batch sizes with three runs that count span less than asked for.
/// Numbers: smaller_less_larger of the clearest pair, margin.
[[nodiscard]] Finding find_not_always_better(const Claim& claim, const Evidence& evidence);

}  // namespace batchscope
