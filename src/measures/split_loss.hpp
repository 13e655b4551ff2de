#pragma once

#include <cstdint>
#include <vector>

#include "measures/evaluation.hpp"
#include "measures/objective.hpp"
#include "measures/split_micro_batches.hpp"
#include "models/network.hpp"

namespace batchscope {

/// The mean loss of a network over a split, without weight decay, in evaluation mode, as a function
/// of all trainable parameters; the population statistics of batch normalisation stay what they are
/// now. Every rank holds the split and takes its local batch; sums over examples, in double
/// precision, divided by their true number, whatever the local batches and micro-batches. The
/// network's own weights are the same before and after each call.
class SplitLoss final : public Objective, public ExampleGradients {
  public:
    /// All outlive it. `chunk_size`: most examples of a rank at once.
    SplitLoss(Network& network, const DeviceSplit& split, Communicator& communicator,
              std::int64_t micro_batch_size = MicroBatchPlan{}.size);

    [[nodiscard]] std::int64_t size() const override;
    [[nodiscard]] at::TensorOptions options() const override;
    [[nodiscard]] ValueAndGradient value_and_gradient(const at::Tensor& point) override;

    [[nodiscard]] std::int64_t examples() const override { return split_.size(); }
    [[nodiscard]] at::Tensor weighted_gradient(const at::Tensor& weights) override;
    [[nodiscard]] at::Tensor batch_gradient(const std::vector<std::int64_t>& indices) override;

  private:
    Network& network_;
    const DeviceSplit& split_;
    Communicator& communicator_;
    MicroBatchPlan plan_;
};

/// Loss and accuracy of a network over each of `splits` at the weights `point`, with the population
/// statistics of batch normalisation re-estimated there over `train`. The network is the same
/// before and after. Throws AgreedStop. Collective.
[[nodiscard]] std::vector<SplitMetrics> metrics_at(Network& network, const at::Tensor& point,
                                                   const std::vector<const DeviceSplit*>& splits,
                                                   const DeviceSplit& train,
                                                   Communicator& communicator);

/// metrics_at of one split.
class SplitSurface final : public LossSurface {
  public:
    /// All outlive it.
    SplitSurface(Network& network, const DeviceSplit& split, const DeviceSplit& train,
                 Communicator& communicator);

    [[nodiscard]] std::int64_t size() const override;
    [[nodiscard]] at::TensorOptions options() const override;
    [[nodiscard]] SplitMetrics at(const at::Tensor& point) override;

  private:
    Network& network_;
    const DeviceSplit& split_;
    const DeviceSplit& train_;
    Communicator& communicator_;
};

/// The filters of a network: rows of its weights.
[[nodiscard]] FilterLayout filter_layout(const Parameters& parameters);

}  // namespace batchscope
