#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "config/run_settings.hpp"
#include "data/batch_order.hpp"
#include "data/device_data.hpp"
#include "models/network.hpp"
#include "training/batch_schedule.hpp"

namespace batchscope {

/// Gathers a rank's local batch of each step: the order of examples is a permutation keyed by seed
/// and epoch, augmentation is keyed by seed, epoch and example.
class BatchLoader {
  public:
    /// `micro_batch_size`: examples of a micro-batch at most. The others outlive the loader.
    BatchLoader(const RunSettings& settings, const DeviceData& data, std::int64_t micro_batch_size);

    /// The micro-batches of `local_batch` of the batch after `progress`; none where it is empty.
    [[nodiscard]] std::vector<MicroBatch> micro_batches(const Progress& progress,
                                                        const LocalBatch& local_batch);

  private:
    [[nodiscard]] std::vector<Augmentation> augmentations(const at::Tensor& positions,
                                                          std::int64_t epoch) const;

    const RunSettings& settings_;
    const DeviceData& data_;
    std::int64_t micro_batch_size_;
    std::int64_t ordered_epoch_ = -1;
    at::Tensor order_;  ///< of that epoch, on the device
};

}  // namespace batchscope
