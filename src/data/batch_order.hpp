#pragma once

#include <cstdint>
#include <vector>

#include "config/run_settings.hpp"

namespace batchscope {

/// The order in which epoch `epoch` (0-based) visits the training split: a permutation of positions
/// 0 ... size-1 in the split, keyed by (seed, epoch) alone: neither by rank nor by batch size.
[[nodiscard]] std::vector<std::int64_t> epoch_order(std::uint64_t seed, std::int64_t epoch,
                                                    std::int64_t size);

/// Throws Error (configuration), naming both numbers, when the global batch holds more examples
/// than the training split has: no epoch could fill even one.
void check_batch_size(std::int64_t batch_size, std::int64_t train_examples);

/// The half-open range of a batch of `batch` examples that rank `rank` of `ranks` takes:
/// [floor(B r / R), floor(B (r+1) / R)); it may be empty.
struct LocalBatch {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    [[nodiscard]] std::int64_t size() const { return end - begin; }
};
[[nodiscard]] LocalBatch local_batch_of(std::int64_t batch, int rank, int ranks);
/// Group `group` of `groups` of a local batch, which is split as a global batch is into local
/// batches.
[[nodiscard]] LocalBatch group_of(const LocalBatch& local_batch, std::int64_t group,
                                  std::int64_t groups);

/// How one example of one epoch is changed: keyed by (seed, epoch, example), example being its
/// index in the training file.
struct Augmentation {
    std::int64_t row_shift = 0;     ///< in [-crop_padding, crop_padding]
    std::int64_t column_shift = 0;  ///< likewise
    bool flip = false;
};
[[nodiscard]] Augmentation augmentation_of(const AugmentationSettings& settings, std::uint64_t seed,
                                           std::int64_t epoch, std::int64_t example);

}  // namespace batchscope
