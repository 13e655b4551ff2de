#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "communication/communicator.hpp"

namespace batchscope {

/// What layers must know of a pass beyond their inputs. A pass takes a list of micro-batches
/// through a network: consecutive examples of the global batch that a rank holds at once.
struct Pass {
    bool training = false;  ///< dropout is on; batch normalisation uses the statistics of the batch
    bool save = false;      ///< a backward pass follows: keep what it needs
    bool accumulate = false;  ///< gradients are added to what an earlier pass left, else they
                              ///< replace it; the micro-batches of one pass add up in any case
    std::uint64_t seed = 0;   ///< of the run; keys dropout together with step and position
    std::int64_t step = 0;    ///< 0-based update
    std::int64_t batch = 0;   ///< examples of the global batch, over all ranks
    std::vector<std::int64_t> first_positions{0};  ///< place in the global batch of the first
                                                   ///< example of each micro-batch
    Communicator* communicator = nullptr;  ///< of the ranks that share the batch; null where a pass
                                           ///< measures no statistics

    /// The part of micro-batch `index`.
    [[nodiscard]] Pass of(std::size_t index) const {
        Pass part = *this;
        part.accumulate = accumulate || index > 0;
        part.first_positions = {first_positions[index]};
        return part;
    }

    /// One micro-batch: layers keep what its backward pass needs. Of several, layers that couple
    /// examples keep their inputs, and what lies between is computed again on the way back.
    [[nodiscard]] bool single() const { return first_positions.size() == 1; }
};

}  // namespace batchscope
