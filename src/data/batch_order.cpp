#include "data/batch_order.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/random.hpp"

namespace batchscope {

std::vector<std::int64_t> epoch_order(std::uint64_t seed, std::int64_t epoch, std::int64_t size) {
    return random_permutation(
        RandomStream(seed, RandomPurpose::order, static_cast<std::uint64_t>(epoch)), size);
}

void check_batch_size(std::int64_t batch_size, std::int64_t train_examples) {
    if (batch_size > train_examples) {
        throw configuration_error(
            fmt::format("training.batch_size is {}, more than the {} training examples", batch_size,
                        train_examples),
            fmt::format("choose a batch size of at most {}, or train on more examples "
                        "(data.train_examples, data.validation_examples)",
                        train_examples));
    }
}

LocalBatch local_batch_of(std::int64_t batch, int rank, int ranks) {
    return {batch * rank / ranks, batch * (rank + 1) / ranks};
}

LocalBatch group_of(const LocalBatch& local_batch, std::int64_t group, std::int64_t groups) {
    return {local_batch.begin + local_batch.size() * group / groups,
            local_batch.begin + local_batch.size() * (group + 1) / groups};
}

Augmentation augmentation_of(const AugmentationSettings& settings, std::uint64_t seed,
                             std::int64_t epoch, std::int64_t example) {
    const RandomStream stream(seed, RandomPurpose::augmentation, static_cast<std::uint64_t>(epoch),
                              static_cast<std::uint64_t>(example));
    // Each draw has its own index, so that switching one kind on leaves the others as they were.
    Augmentation result;
    if (settings.crop_padding > 0) {
        const auto shifts = static_cast<std::uint64_t>(2 * settings.crop_padding + 1);
        result.row_shift =
            static_cast<std::int64_t>(stream.below(0, shifts)) - settings.crop_padding;
        result.column_shift =
            static_cast<std::int64_t>(stream.below(1, shifts)) - settings.crop_padding;
    }
    if (settings.flip) {
        result.flip = stream.below(2, 2) == 1;
    }
    return result;
}

}  // namespace batchscope
