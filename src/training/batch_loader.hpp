#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "config/run_settings.hpp"
#include "data/batch_order.hpp"
#include "data/dataset.hpp"
#include "data/device_split.hpp"
#include "models/network.hpp"
#include "training/batch_schedule.hpp"

namespace batchscope {

/// The data of a run on the device, shared by all points that use the same.
struct DeviceData {
    DeviceSplit train, validation, test;
    std::vector<std::int64_t>
        train_indices;  ///< examples of the training split in the training file
    at::Tensor black;   ///< normalised black pixel; undefined for synthetic tasks
    Task task = Task::classification;
    std::int64_t classes = 0;
    std::vector<std::int64_t> example_shape;
    double constant_prediction_loss = 0;
};

/// Gathers a rank's share of each batch: the order of examples is a permutation keyed by seed and
/// epoch, augmentation is keyed by seed, epoch and example.
class BatchLoader {
  public:
    /// Both outlive the loader.
    BatchLoader(const RunSettings& settings, const DeviceData& data);

    /// The micro-batches of `share` of the batch after `progress`; none where it is empty. `rank`
    /// is that of the caller, for fault injection.
    [[nodiscard]] std::vector<Chunk> chunks(const Progress& progress, const Share& share, int rank);

  private:
    [[nodiscard]] std::vector<Augmentation> augmentations(const at::Tensor& positions,
                                                          std::int64_t epoch) const;

    const RunSettings& settings_;
    const DeviceData& data_;
    std::int64_t ordered_epoch_ = -1;
    at::Tensor order_;  ///< of that epoch, on the device
};

}  // namespace batchscope
