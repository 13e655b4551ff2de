#pragma once

#include <algorithm>
#include <cstdint>

#include "communication/communicator.hpp"
#include "data/batch_order.hpp"

namespace batchscope {

/// How a pass over a split is cut.
struct ChunkPlan {
    /// Most examples at once. The default: their activations fit the caches of a core.
    std::int64_t size = 500;
    /// So many chunks between two questions whether to stop: seconds apart at most, and of no
    /// weight.
    std::int64_t per_question = 4;
};

/// Calls visit(first, count) for the chunks of this rank's share of `examples`. Throws AgreedStop.
/// Collective.
template <class Visit>
void for_each_chunk(std::int64_t examples, Communicator& communicator, const ChunkPlan& plan,
                    const Visit& visit) {
    const Share share = share_of(examples, communicator.rank(), communicator.size());
    // All ranks ask alike, also where shares differ by an example.
    const std::int64_t largest_share = (examples + communicator.size() - 1) / communicator.size();
    for (std::int64_t chunk = 0; chunk * plan.size < largest_share; ++chunk) {
        if (chunk % plan.per_question == 0) {
            communicator.leave_if_stopped();
        }
        const std::int64_t first = share.begin + chunk * plan.size;
        if (first < share.end) {
            visit(first, std::min(plan.size, share.end - first));
        }
    }
}

}  // namespace batchscope
