#pragma once

#include <functional>
#include <string>

namespace batchscope {

struct ClaimKind;  // claim_kind.hpp
struct Evidence;
struct Finding;

/// What the runs of a recipe say of a claim. It holds the settings of its kind, such as
/// SmallGeneralizes{.margin = 0.01}, which target() gives back.
using ClaimRule = std::function<Finding(const Evidence& evidence)>;

/// A claim that practice holds, made testable.
struct Claim {
    std::string id;  ///< "C1"
    std::string english;
    std::string korean;
    const ClaimKind* kind = nullptr;
    ClaimRule rule;
};

}  // namespace batchscope
