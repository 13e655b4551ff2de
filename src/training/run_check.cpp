#include "training/run_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "data/batch_order.hpp"
#include "models/batch_norm.hpp"
#include "models/models.hpp"
#include "training/batch_schedule.hpp"
#include "training/learning_rate.hpp"

namespace batchscope {

namespace {

// Examples of an automatic micro-batch: on the CPU, activations that stay in the cache of a core.
constexpr std::int64_t automatic_micro_batch_cpu = 512;
constexpr std::int64_t automatic_micro_batch_gpu = 8192;

constexpr std::int64_t fewest_warmup_steps = 20;

bool has_ghost_norm(const RunSettings& settings) {
    return has_batch_norm(settings.model) &&
           settings.batch_norm.statistics == BatchNormStatistics::ghost;
}

/// Ghost groups must not straddle groups of the noise scale, whose gradients are taken one by one.
void check_noise_groups(const RunSettings& settings, std::int64_t batch, int ranks) {
    const std::int64_t ghost_size = *settings.batch_norm.size;
    const std::int64_t groups = settings.training.noise_groups;
    for (int rank = 0; rank < ranks; ++rank) {
        const Share share = share_of(batch, rank, ranks);
        for (std::int64_t group = 0; group + 1 < groups; ++group) {
            const std::int64_t end = group_of(share, group, groups).end;
            if (end % ghost_size != 0 && end != batch) {
                throw configuration_error(
                    fmt::format("training.noise_groups: {} groups of each share of a batch of {} "
                                "would cut ghost groups of {} examples apart",
                                groups, batch, ghost_size),
                    "choose a number by which every share splits into whole ghost groups");
            }
        }
    }
}

}  // namespace

std::int64_t micro_batch_of(const RunSettings& settings, std::int64_t share, bool on_cpu) {
    std::int64_t size = on_cpu ? automatic_micro_batch_cpu : automatic_micro_batch_gpu;
    if (settings.training.micro_batch_size) {
        size = *settings.training.micro_batch_size;
    } else if (has_ghost_norm(settings)) {
        const std::int64_t group = *settings.batch_norm.size;
        size = std::max(size / group, std::int64_t{1}) * group;
    } else if (has_batch_norm(settings.model)) {
        size = share;  // with global statistics, several chunks would be computed twice
    }
    return std::max<std::int64_t>(1, std::min(size, share));
}

std::vector<std::string> check_run(const RunSettings& settings, const Dataset& dataset,
                                   std::int64_t train_examples, int ranks, bool on_cpu) {
    const BatchSchedule schedule(settings.training, train_examples);
    const LearningRateSchedule rate(settings.training, train_examples, schedule.total_examples());
    (void)scaled_optimizer(settings.training);
    (void)describe_network(settings.model, dataset.example_shape,
                           dataset.task == Task::classification ? dataset.classes : 1);
    const std::int64_t batch_size = settings.training.batch_size;
    const std::int64_t last = schedule.last_batch_of_epoch();
    const std::vector<std::int64_t> sizes = schedule.batch_sizes();
    if (has_ghost_norm(settings)) {
        for (const std::int64_t batch : sizes) {
            const std::int64_t largest_share = (batch + ranks - 1) / ranks;
            BatchNorm::check_ghost_groups(*settings.batch_norm.size, batch, ranks,
                                          micro_batch_of(settings, largest_share, on_cpu));
            check_noise_groups(settings, batch, ranks);
        }
    }
    if (has_batch_norm(settings.model) && !has_ghost_norm(settings) && sizes.front() == 1) {
        throw configuration_error(
            "model.batch_norm: a batch of one example has no variance, and this run has one",
            last == 1 && batch_size > 1
                ? fmt::format("leave it out: data.train_examples: {}", train_examples - 1)
                : std::string("use larger batches, or model.batch_norm: false"));
    }
    std::vector<std::string> warnings;
    const bool last_occurs = std::find(sizes.begin(), sizes.end(), last) != sizes.end();
    if (8 * last < batch_size && last_occurs) {
        warnings.push_back(
            fmt::format("the last batch of an epoch holds {} of {} examples and moves the weights "
                        "as far as a whole one; "
                        "data.train_examples: {} would avoid it",
                        last, batch_size, train_examples - last));
    }
    if (settings.training.warmup_epochs > 0 && rate.warmup_steps() < fewest_warmup_steps) {
        warnings.push_back(
            fmt::format("the warm-up lasts {} steps at batch size {}, which is hardly one",
                        rate.warmup_steps(), batch_size));
    }
    return warnings;
}

}  // namespace batchscope
