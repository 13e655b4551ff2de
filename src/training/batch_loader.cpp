#include "training/batch_loader.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace batchscope {

BatchLoader::BatchLoader(const RunSettings& settings, const DeviceData& data,
                         std::int64_t micro_batch_size)
    : settings_(settings), data_(data), micro_batch_size_(micro_batch_size) {}

std::vector<MicroBatch> BatchLoader::micro_batches(const Progress& progress,
                                                   const LocalBatch& local_batch) {
    const at::Device device = data_.train.inputs.device();
    if (ordered_epoch_ != progress.epoch) {
        const auto order = epoch_order(settings_.training.seed, progress.epoch, data_.train.size());
        order_ = at::tensor(order, at::kLong).to(device);
        ordered_epoch_ = progress.epoch;
    }
    std::vector<MicroBatch> micro_batches;
    for (std::int64_t first = local_batch.begin, size = 0; first < local_batch.end; first += size) {
        size = std::min(micro_batch_size_, local_batch.end - first);
        const at::Tensor positions = order_.narrow(0, progress.position + first, size);
        at::Tensor inputs = data_.train.inputs.index_select(0, positions);
        const auto& augmentation = settings_.data.augmentation;
        if (augmentation.crop_padding > 0 || augmentation.flip) {
            inputs = augment(inputs, augmentations(positions, progress.epoch), data_.black);
        }
        micro_batches.push_back({inputs, data_.train.targets.index_select(0, positions), first});
    }
    return micro_batches;
}

std::vector<Augmentation> BatchLoader::augmentations(const at::Tensor& positions,
                                                     std::int64_t epoch) const {
    const at::Tensor host = positions.cpu();
    std::vector<Augmentation> result;
    for (std::int64_t i = 0; i < host.numel(); ++i) {
        const auto position = static_cast<std::size_t>(host.const_data_ptr<std::int64_t>()[i]);
        result.push_back(augmentation_of(settings_.data.augmentation, settings_.training.seed,
                                         epoch, data_.train_indices[position]));
    }
    return result;
}

}  // namespace batchscope
