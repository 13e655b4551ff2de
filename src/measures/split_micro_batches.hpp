#pragma once

#include <algorithm>
#include <cstdint>

#include "communication/communicator.hpp"
#include "data/batch_order.hpp"

namespace batchscope {

/// How a pass over a split is cut.
struct MicroBatchPlan {
    /// Most examples at once. The default: their activations fit the caches of a core.
    std::int64_t size = 500;
    /// So many micro-batches between two questions whether to stop: seconds apart at most, and of
    /// no weight.
    std::int64_t per_question = 4;
};

/// Calls visit(first, count) for the micro-batches of this rank's local batch of `examples`. Throws
/// AgreedStop. Collective.
template <class Visit>
void for_each_micro_batch(std::int64_t examples, Communicator& communicator,
                          const MicroBatchPlan& plan, const Visit& visit) {
    const LocalBatch local_batch =
        local_batch_of(examples, communicator.rank(), communicator.size());
    // All ranks ask alike, also where local batches differ by an example.
    const std::int64_t largest_local_batch =
        (examples + communicator.size() - 1) / communicator.size();
    for (std::int64_t micro_batch = 0; micro_batch * plan.size < largest_local_batch;
         ++micro_batch) {
        if (micro_batch % plan.per_question == 0) {
            communicator.leave_if_stopped();
        }
        const std::int64_t first = local_batch.begin + micro_batch * plan.size;
        if (first < local_batch.end) {
            visit(first, std::min(plan.size, local_batch.end - first));
        }
    }
}

}  // namespace batchscope
