#pragma once

#include <vector>

#include "analysis/claims/claim_kind.hpp"

namespace batchscope {

/// Every kind of claim, in the order of documentation.
[[nodiscard]] const std::vector<const ClaimKind*>& claim_kinds();

}  // namespace batchscope
