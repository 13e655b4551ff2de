#pragma once

#include <vector>

#include "analysis/claims/claim_kind.hpp"

namespace batchscope {

/// Every kind of claim, in the order of documentation. To add one: a pair of files named as the
/// kind, such as small_generalizes, a line of claims.cpp, a test, and the Korean of its reasons
/// (language/korean.yaml); an entry of claims.yaml if it is decided where the user gives no file.
[[nodiscard]] const std::vector<const ClaimKind*>& claim_kinds();

}  // namespace batchscope
