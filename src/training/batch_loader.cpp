#include "training/batch_loader.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "core/fault_injection.hpp"
#include "training/run_check.hpp"

namespace batchscope {

BatchLoader::BatchLoader(const RunSettings& settings, const DeviceData& data)
    : settings_(settings), data_(data) {}

std::vector<Chunk> BatchLoader::chunks(const Progress& progress, const Share& share, int rank) {
    const at::Device device = data_.train.inputs.device();
    if (ordered_epoch_ != progress.epoch) {
        const auto order = epoch_order(settings_.training.seed, progress.epoch, data_.train.size());
        order_ = at::tensor(order, at::kLong).to(device);
        ordered_epoch_ = progress.epoch;
    }
    const std::int64_t size = micro_batch_of(settings_, share.size(), device.is_cpu());
    std::vector<Chunk> chunks;
    for (std::int64_t first = share.begin; first < share.end; first += size) {
        const at::Tensor positions =
            order_.narrow(0, progress.position + first, std::min(size, share.end - first));
        at::Tensor inputs = data_.train.inputs.index_select(0, positions);
        const auto& augmentation = settings_.data.augmentation;
        if (augmentation.crop_padding > 0 || augmentation.flip) {
            inputs = augment(inputs, augmentations(positions, progress.epoch), data_.black);
        }
        if (fault_requested("nan", rank, progress.step)) {
            inputs.fill_(std::numeric_limits<double>::quiet_NaN());
        }
        chunks.push_back({inputs, data_.train.targets.index_select(0, positions), first});
    }
    return chunks;
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
