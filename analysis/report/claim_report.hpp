#pragma once

#include <string>

#include "analysis/claims/decision.hpp"
#include "analysis/report/phrases.hpp"

namespace batchscope {

/// Why a claim came out as it did, a clause without a full stop.
[[nodiscard]] std::string because_text(const Because& because, const Phrases& phrases);

}  // namespace batchscope
