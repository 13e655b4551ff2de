#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/claims/claim.hpp"
#include "analysis/claims/decision.hpp"
#include "analysis/claims/evidence.hpp"

namespace batchscope {

/// What each claim looks like on the runs of one recipe, in the order of the claims.
/// `out_of_sample` is the split of StudySummary.
///
/// All claims that can be tested are one family of this recipe. Each has two p, of "it does not
/// hold" and of "it holds, by at least its margin". At most one of these null hypotheses is true,
/// but for points on the edge of both and for measures that have to agree and truly do not, where
/// each needs the other measure to err. Holm's step-down over these pairs
/// (adjusted_exclusive_pairs) then keeps the probability that any claim is decided wrongly at most
/// alpha, whichever claims hold (decide_claims_test.cpp measures it). A claim is
///   contradicted  where the second adjusted p is below alpha,
///   supported     where the first is, unless two one-sided tests (not adjusted: they can only
///                 withhold) put one of its differences inside ±margin,
///   undecided     else.
/// Where both are, contradiction goes first, but for claims of the form "a slope is near 1" and
/// "there is a pair", which support then.
///
/// Throws std::invalid_argument where margins or confidence are not those of a test.
[[nodiscard]] std::vector<ClaimDecision> decide_claims(const Recipe& recipe,
                                                       const std::string& out_of_sample,
                                                       std::span<const Claim> claims,
                                                       const Margins& margins,
                                                       const ClaimInputs& inputs = {});

}  // namespace batchscope
