#include "training/micro_batch.hpp"

#include <algorithm>
#include <limits>

#include "models/models.hpp"

namespace batchscope {

namespace {

// On the CPU, activations stay in the cache of a core.
constexpr std::int64_t automatic_size_on_cpu = 512;
constexpr std::int64_t automatic_size_on_gpu = 8192;

}  // namespace

std::int64_t micro_batch_size(const RunSettings& settings, bool on_cpu) {
    if (settings.training.micro_batch_size) {
        return *settings.training.micro_batch_size;
    }
    const std::int64_t size = on_cpu ? automatic_size_on_cpu : automatic_size_on_gpu;
    if (local_batches_are_coupled(settings)) {
        // Several micro-batches would be computed twice.
        return std::numeric_limits<std::int64_t>::max();
    }
    if (has_batch_norm(settings.model)) {
        const std::int64_t group = *settings.batch_norm.size;
        return std::max(size / group, std::int64_t{1}) * group;
    }
    return size;
}

bool local_batches_are_coupled(const RunSettings& settings) {
    return has_batch_norm(settings.model) &&
           settings.batch_norm.statistics == BatchNormStatistics::global;
}

}  // namespace batchscope
