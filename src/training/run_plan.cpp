#include "training/run_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "data/batch_order.hpp"
#include "models/batch_norm.hpp"
#include "models/models.hpp"
#include "training/evaluation_points.hpp"
#include "training/micro_batch.hpp"
#include "training/scaling_rule.hpp"

namespace batchscope {

namespace {

constexpr std::int64_t fewest_warmup_steps = 20;

/// Ghost groups must not straddle groups of the noise scale, whose gradients are taken one by one.
void check_noise_groups(const RunSettings& settings, std::int64_t batch, int ranks) {
    const std::int64_t ghost_size = *settings.batch_norm.size;
    const std::int64_t groups = settings.training.noise_groups;
    for (int rank = 0; rank < ranks; ++rank) {
        const LocalBatch local_batch = local_batch_of(batch, rank, ranks);
        for (std::int64_t group = 0; group + 1 < groups; ++group) {
            const std::int64_t end = group_of(local_batch, group, groups).end;
            if (end % ghost_size != 0 && end != batch) {
                throw configuration_error(
                    fmt::format("training.noise_groups: {} groups of each local batch of a batch "
                                "of {} would cut ghost groups of {} examples apart",
                                groups, batch, ghost_size),
                    "choose a number by which every local batch splits into whole ghost groups");
            }
        }
    }
}

/// Throws Error (configuration) where batch normalisation cannot work on a batch of the run.
void check_batch_norm(const RunSettings& settings, const RunPlan& plan, int ranks) {
    const std::vector<std::int64_t> sizes = plan.schedule.batch_sizes();
    if (!has_batch_norm(settings.model)) {
        return;
    }
    if (settings.batch_norm.statistics == BatchNormStatistics::ghost) {
        for (const std::int64_t batch : sizes) {
            const std::int64_t largest_local = (batch + ranks - 1) / ranks;
            BatchNorm::check_ghost_groups(*settings.batch_norm.size, batch, ranks,
                                          std::min(plan.micro_batch_size, largest_local));
            check_noise_groups(settings, batch, ranks);
        }
    } else if (sizes.front() == 1) {
        throw configuration_error(
            "model.batch_norm: a batch of one example has no variance, and this run has one",
            plan.schedule.last_batch_of_epoch() == 1 && settings.training.batch_size > 1
                ? fmt::format("leave it out: data.train_examples: {}",
                              plan.schedule.train_examples() - 1)
                : std::string("use larger batches, or model.batch_norm: false"));
    }
}

std::vector<std::string> warnings_of(const TrainingSettings& training, const RunPlan& plan) {
    std::vector<std::string> warnings;
    const std::int64_t last = plan.schedule.last_batch_of_epoch();
    const std::vector<std::int64_t> sizes = plan.schedule.batch_sizes();
    const bool last_occurs = std::find(sizes.begin(), sizes.end(), last) != sizes.end();
    if (8 * last < training.batch_size && last_occurs) {
        warnings.push_back(
            fmt::format("the last batch of an epoch holds {} of {} examples and moves the weights "
                        "as far as a whole one; "
                        "data.train_examples: {} would avoid it",
                        last, training.batch_size, plan.schedule.train_examples() - last));
    }
    if (training.warmup_epochs > 0 && plan.learning_rate.warmup_steps() < fewest_warmup_steps) {
        warnings.push_back(
            fmt::format("the warm-up lasts {} steps at batch size {}, which is hardly one",
                        plan.learning_rate.warmup_steps(), training.batch_size));
    }
    return warnings;
}

/// Sets how many rows `evaluate: {at: log}` adds, and what they cost.
void add_log_evaluations(RunPlan& plan, const RunSettings& settings, const DeviceData& data) {
    const auto total = plan.schedule.total_examples();
    if (settings.evaluate.at != EvaluationPoints::log || !total) {
        return;
    }
    const auto examples = static_cast<double>(*total);
    const auto train = static_cast<double>(data.train.size());
    const double of_row = (train + static_cast<double>(data.validation.size()) +
                           static_cast<double>(data.test.size())) /
                          3;
    const auto every = static_cast<double>(settings.evaluate.every_epochs);
    const double rows_of_epochs = every > 0 ? examples / train / every : 0;
    plan.log_evaluations = log_points_within(*total, data.train.size(), settings.evaluate.factor);
    const double of_log_rows = static_cast<double>(plan.log_evaluations) * of_row;
    plan.share_of_log_evaluations =
        of_log_rows / (examples + rows_of_epochs * of_row + of_log_rows);
}

}  // namespace

RunPlan plan_run(const RunSettings& settings, const DeviceData& data, int ranks) {
    const BatchSchedule schedule(settings.training, data.train.size());
    RunPlan plan{
        .schedule = schedule,
        .learning_rate = {settings.training, data.train.size(), schedule.total_examples()},
        .optimizer = scaled_optimizer(settings.training),
        .network = describe_network(settings.model, data.example_shape, data.outputs()),
        .micro_batch_size = micro_batch_size(settings, data.train.inputs.device().is_cpu()),
        .local_batches = {},
        .warnings = {}};
    for (int rank = 0; rank < ranks; ++rank) {
        plan.local_batches.push_back(
            local_batch_of(settings.training.batch_size, rank, ranks).size());
    }
    check_batch_norm(settings, plan, ranks);
    plan.warnings = warnings_of(settings.training, plan);
    add_log_evaluations(plan, settings, data);
    return plan;
}

}  // namespace batchscope
