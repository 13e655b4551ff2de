#include "runs/grid_run.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "communication/cuda_device.hpp"
#include "core/log.hpp"
#include "core/process_memory.hpp"
#include "core/stopwatch.hpp"
#include "results/checkpoint_file.hpp"
#include "runs/environment.hpp"
#include "runs/initial_record.hpp"
#include "runs/injected_faults.hpp"
#include "runs/progress_display.hpp"
#include "runs/result_lock.hpp"
#include "runs/result_publisher.hpp"
#include "runs/resumption.hpp"
#include "training/trainer.hpp"

namespace batchscope {

namespace {

std::string outcome_text(const RunRecord& record, double seconds) {
    const EpochColumns& rows = record.epochs;
    const std::string metrics =
        rows.epoch.empty()
            ? std::string("no evaluation")
            : fmt::format("train loss {:.4f}  validation accuracy {:.4f}  test accuracy {:.4f}",
                          rows.train_loss.back(), rows.validation_accuracy.back(),
                          rows.test_accuracy.back());
    return fmt::format("{}{}  {}  in {}{}", to_string(record.status),
                       record.collapsed ? " (collapsed)" : "", metrics, duration_text(seconds),
                       record.reason.empty() ? "" : "\n  " + record.reason);
}

}  // namespace

GridRun::GridRun(const GridRequest& request, const Study& study, const GridSelection& selection,
                 const RunPlans& plans, const DeviceBinding& binding, RunDataStore& data,
                 Communicator& communicator, CurrentRun& current_run, bool alone)
    : request_(request),
      study_(study),
      selection_(selection),
      plans_(plans),
      binding_(binding),
      data_(data),
      communicator_(communicator),
      current_run_(current_run),
      alone_(alone),
      environment_(describe_environment(binding, communicator)) {}

ExitCode GridRun::run(WorkSource& points) {
    WorkDone done;
    try {
        done = work_through(points, *this, communicator_);
    } catch (const AgreedError& error) {
        current_run_.fail(error.problem());
        current_run_.end();
        return points.give_up(error);
    }
    if (done.stopped) {
        return points.finish(ExitCode::stopped);
    }
    return points.finish(done.failed > 0 ? ExitCode::run_time : ExitCode::success);
}

void GridRun::failed(std::size_t position, const std::string& reason) {
    current_run_.fail(reason);
    say_error(fmt::format("point {} failed on all ranks: {}\n  the grid goes on",
                          point_at(position).name, reason));
}

Work::Outcome GridRun::work_on(std::size_t position) {
    const GridPoint& point = point_at(position);
    const RunPlan& plan = plans_.of(index_at(position), communicator_.size());
    const auto file = result_path(request_.output, study_, point);
    const std::optional<WriterLock> lock = take_result_lock(file, communicator_);
    const RunData& data = data_.get(point.settings, communicator_);
    const std::string number = fmt::format("[{}/{}]", position + 1, selection_.to_train.size());
    say("{} {}", number, point.name);
    announce(point, plan);
    // What earlier points needed is freed: the peak is that of this run alone.
    reset_peak_process_memory();
    if (binding_.ordinal) {
        reset_peak_device_memory(*binding_.ordinal);
    }
    std::optional<Checkpoint> checkpoint;
    if (request_.overwrite) {
        if (lock) {
            remove_checkpoints(file);
        }
    } else {
        checkpoint = find_resumable(file, point, data.hash, communicator_);
    }
    RunRecord record = record_of(point, plan, data, checkpoint);
    const Stopwatch watch;
    ResultPublisher publisher(file, communicator_.rank() == 0, !request_.overwrite);
    std::optional<ProgressDisplay> display;
    if (alone_) {
        display.emplace("  " + number);
    }
    current_run_.begin(file, communicator_.rank() == 0);
    Trainer trainer(point.settings, plan, data.device, communicator_,
                    tensor_options(point.settings, data_.device()), std::move(record),
                    {.progressed =
                         [&](const TrainingProgress& progress) {
                             if (display) {
                                 display->update(progress);
                             }
                         },
                     .recorded =
                         [&](const RunRecord& present, bool last) {
                             current_run_.write(last, [&] { publisher.publish(present, last); });
                         },
                     .saved = [&](const Checkpoint& present) { write_checkpoint(file, present); },
                     .hooks = injected_faults(point.settings, communicator_.rank())});
    if (checkpoint) {
        trainer.resume(*checkpoint);
        checkpoint.reset();
    }
    record = trainer.run();
    if (display) {
        display->finish();
    }
    if (lock && (record.status == RunStatus::complete || record.status == RunStatus::diverged)) {
        remove_checkpoints(file);
    }
    // Lines of other groups may stand between this one and the first.
    say("  {}{}", alone_ ? "" : fmt::format("{} {}: ", number, file.string()),
        outcome_text(record, watch.seconds()));
    if (record.status == RunStatus::stopped) {
        say("Stopped on request. Rows so far are in {}; start the same command again to go on.",
            file.string());
        return Outcome::stopped;
    }
    return Outcome::done;
}

/// Says what will be done, and what the user should know of it.
void GridRun::announce(const GridPoint& point, const RunPlan& plan) {
    const std::int64_t batch = point.settings.training.batch_size;
    const std::int64_t steps = (plan.schedule.train_examples() + batch - 1) / batch;
    say("  global batch {} = {} on {} rank(s), {} steps an epoch, peak learning rate {:.6g}", batch,
        fmt::join(plan.local_batches, " + "), communicator_.size(), steps,
        plan.learning_rate.peak());
    if (plan.log_evaluations > 0) {
        say("  evaluate.at: log adds up to {} evaluations, about {:.0f} % of the time of training",
            plan.log_evaluations, 100 * plan.share_of_log_evaluations);
    }
    for (const auto& warning : plan.warnings) {
        if (warnings_.insert(warning).second) {
            warn(warning);
        }
    }
}

/// What is known of the run at this start of it; says from where it goes on.
RunRecord GridRun::record_of(const GridPoint& point, const RunPlan& plan, const RunData& data,
                             const std::optional<Checkpoint>& checkpoint) const {
    RunRecord record = initial_record(study_, point, plan.learning_rate.peak());
    record.data_hash = data.hash;
    record.data = data.record;
    record.environment = environment_;
    record.environment.examples_per_rank = plan.local_batches;
    std::string& starts = record.environment.text["starts"];
    if (!checkpoint) {
        starts = with_start("", 0, environment_);
        return record;
    }
    const EnvironmentRecord& before = checkpoint->record.environment;
    say("  resumed after step {}, in {}", checkpoint->step(), to_string(checkpoint->phase));
    warn_of_other_conditions(before, environment_);
    const auto starts_before = before.text.find("starts");
    starts = with_start(starts_before == before.text.end() ? "" : starts_before->second,
                        checkpoint->step(), environment_);
    return record;
}

}  // namespace batchscope
