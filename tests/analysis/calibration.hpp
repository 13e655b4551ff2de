#pragma once

#include <cmath>
#include <cstdint>

namespace batchscope {

/// Whether this build is optimised. Others, with sanitizers or for debugging, look for faults of
/// the code and are slow: they repeat what is random less often.
#ifdef NDEBUG
constexpr bool repeats_fully = true;
#else
constexpr bool repeats_fully = false;
#endif

/// How many of `full` repetitions this build does.
constexpr std::uint64_t repetitions_of(std::uint64_t full) {
    return repeats_fully ? full : (full + 24) / 25;
}

/// How far a share near 5 % or 95 % of so many repetitions may lie beyond its limit: four standard
/// errors, and nothing where the repetitions are full.
inline double slack_of(std::uint64_t repetitions) {
    return repeats_fully ? 0 : 4 * std::sqrt(0.05 * 0.95 / static_cast<double>(repetitions));
}

}  // namespace batchscope
