#pragma once

#include <cstdint>

#include "data/device_split.hpp"
#include "measures/split_micro_batches.hpp"
#include "measures/symmetric_operator.hpp"
#include "models/network.hpp"

namespace batchscope {

/// The Hessian, or the Gauss-Newton matrix, of the mean loss of a network over a split at its
/// present weights: without weight decay, in evaluation mode. Every rank holds the split and takes
/// its local batch; products are summed over examples in double precision, over the ranks once for
/// a whole block of vectors, and divided by the true number of examples.
class LossCurvature final : public SymmetricOperator {
  public:
    /// All outlive it. `chunk_size`: most examples of a rank at once.
    LossCurvature(Network& network, const DeviceSplit& split, Curvature curvature,
                  Communicator& communicator,
                  std::int64_t micro_batch_size = MicroBatchPlan{}.size);

    [[nodiscard]] std::int64_t size() const override;
    [[nodiscard]] at::TensorOptions options() const override;
    [[nodiscard]] at::Tensor apply(const at::Tensor& vectors) override;
    [[nodiscard]] std::int64_t preferred_block() const override;

  private:
    Network& network_;
    const DeviceSplit& split_;
    Curvature curvature_;
    Communicator& communicator_;
    MicroBatchPlan plan_;
};

}  // namespace batchscope
