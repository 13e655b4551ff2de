#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "communication/communicator.hpp"
#include "config/run_settings.hpp"
#include "models/network.hpp"
#include "training/batch_loader.hpp"
#include "training/batch_schedule.hpp"
#include "training/training_hooks.hpp"

namespace batchscope {

/// Loss and gradient of this rank's local batch, with the squared norms that the noise scale
/// is made of. A local batch is one group, or training.noise_groups of them, split as the batch is
/// split into local batches; micro-batches never straddle groups.
class LocalGradient {
  public:
    /// `loader` brings the examples; the others outlive the object.
    LocalGradient(const RunSettings& settings, BatchLoader loader, Network& network,
                  Communicator& communicator, const TrainingHooks& hooks);

    struct Sums {
        at::Tensor loss;     ///< over the examples of the local batch, a scalar
        at::Tensor squares;  ///< over its non-empty groups, of |summed gradient|^2 / examples
    };
    /// For the next `batch` examples after `progress`. The summed gradient lands in the network's
    /// parameters. Collective.
    Sums compute(const Progress& progress, std::int64_t batch);

    /// Non-empty groups of all ranks together in a batch of `batch` examples.
    [[nodiscard]] std::int64_t groups_in(std::int64_t batch) const;

  private:
    Sums compute_group(const Progress& progress, const StepContext& context,
                       const LocalBatch& group);

    const RunSettings& settings_;
    Network& network_;
    Communicator& communicator_;
    const TrainingHooks& hooks_;
    BatchLoader loader_;
    at::Tensor sum_;  ///< of gradients over groups; undefined with one group
};

}  // namespace batchscope
