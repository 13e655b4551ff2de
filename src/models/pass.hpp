#pragma once

#include <cstdint>
#include <vector>

namespace batchscope {

/// What a layer must know of a pass beyond its input. One object per chunk: consecutive examples of
/// the global batch that a rank holds at once.
struct Pass {
    bool training = false;  ///< dropout is on
    bool save = false;      ///< a backward pass follows: keep what it needs
    bool accumulate =
        false;  ///< gradients are added to what an earlier chunk left, else they replace it
    std::uint64_t seed = 0;           ///< of the run; keys dropout together with step and position
    std::int64_t step = 0;            ///< 0-based update
    std::int64_t first_position = 0;  ///< place of the chunk's first example in the global batch
};

}  // namespace batchscope
