#include "grid_run.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <set>

#include "communication/cuda_device.hpp"
#include "core/log.hpp"
#include "core/process_memory.hpp"
#include "data/batch_order.hpp"
#include "failure_of_all_ranks.hpp"
#include "initial_record.hpp"
#include "process_setup.hpp"
#include "progress_display.hpp"
#include "result_lock.hpp"
#include "result_publisher.hpp"
#include "results/checkpoint_file.hpp"
#include "resumption.hpp"
#include "training/run_check.hpp"
#include "training/trainer.hpp"

namespace batchscope {

namespace {

std::string outcome_text(const RunRecord& record, double seconds) {
    const EpochColumns& rows = record.epochs;
    const std::string figures =
        rows.epoch.empty()
            ? std::string("no evaluation")
            : fmt::format("train loss {:.4f}  validation accuracy {:.4f}  test accuracy {:.4f}",
                          rows.train_loss.back(), rows.validation_accuracy.back(),
                          rows.test_accuracy.back());
    return fmt::format("{}{}  {}  in {}{}", to_string(record.status),
                       record.collapsed ? " (collapsed)" : "", figures, duration_text(seconds),
                       record.reason.empty() ? "" : "\n  " + record.reason);
}

}  // namespace

void check_points(const Study& study, const GridSelection& selection, const RankGroups& groups,
                  bool on_cpu, RunDataStore& data_store, Communicator& job) {
    for (const std::int64_t index : selection.to_train) {
        const RunSettings& settings = study.points[static_cast<std::size_t>(index)].settings;
        const RunData& data = data_store.get(settings, job);
        job.together([&] {
            for (const int ranks : std::set{groups.smallest(), groups.largest()}) {
                (void)check_run(settings, data.dataset, data.device.train.size(), ranks, on_cpu);
            }
        });
    }
}

GridRun::GridRun(const TrainOptions& options, const Study& study, const GridSelection& selection,
                 const DeviceBinding& binding, RunDataStore& data, Communicator& communicator,
                 CurrentRun& current_run, bool alone)
    : options_(options),
      study_(study),
      selection_(selection),
      binding_(binding),
      data_(data),
      communicator_(communicator),
      current_run_(current_run),
      alone_(alone),
      environment_(describe_environment(binding, communicator)) {}

ExitCode GridRun::run(PointSource& points) {
    ExitCode code = ExitCode::success;
    try {
        while (const auto position = points.next()) {
            const ExitCode outcome = try_point(*position);
            if (outcome != ExitCode::success) {
                code = outcome;
            }
            if (outcome == ExitCode::stopped) {
                break;
            }
        }
    } catch (const AgreedError& error) {
        current_run_.fail(error.problem());
        current_run_.end();
        return points.give_up(error);
    }
    return points.finish(code);
}

ExitCode GridRun::try_point(std::size_t position) {
    const auto index = static_cast<std::size_t>(selection_.to_train[position]);
    const GridPoint& point = study_.points[index];
    ExitCode outcome = ExitCode::success;
    try {
        if (train_point(point, position) == RunStatus::stopped) {
            say("Stopped on request. Rows so far are in {}; start the same command again to go on.",
                result_path(options_.output, study_, point).string());
            outcome = ExitCode::stopped;
        }
    } catch (const AgreedStop&) {
        say("Stopped on request before the next point; start again to go on.");
        outcome = ExitCode::stopped;
    } catch (const AgreedError&) {
        throw;
    } catch (...) {
        const std::string reason = failure_of_all_ranks(communicator_);
        if (communicator_.rank() == 0) {
            current_run_.fail(reason);
            say_error(fmt::format("point {} failed on all ranks: {}\n  the grid goes on",
                                  point.name, reason));
        }
        outcome = ExitCode::run_time;
    }
    current_run_.end();
    release_device_memory();
    return outcome;
}

RunStatus GridRun::train_point(const GridPoint& point, std::size_t position) {
    const auto file = result_path(options_.output, study_, point);
    const std::optional<WriterLock> lock = take_result_lock(file, communicator_);
    const RunData& data = data_.get(point.settings, communicator_);
    const std::string number = fmt::format("[{}/{}]", position + 1, selection_.to_train.size());
    say("{} {}", number, point.name);
    announce(point, data);
    reset_peak_process_memory();
    if (binding_.ordinal) {
        reset_peak_device_memory(*binding_.ordinal);
    }
    std::optional<Checkpoint> checkpoint;
    if (options_.overwrite) {
        if (lock) {
            remove_checkpoints(file);
        }
    } else {
        checkpoint = find_resumable(file, point, data.hash, communicator_);
    }
    RunRecord record = initial_record(study_, point);
    record.data_hash = data.hash;
    record.data = data.record;
    record.environment = environment_of(point);
    describe_start(checkpoint, record.environment);
    const auto start = std::chrono::steady_clock::now();
    ResultPublisher publisher(file, communicator_.rank() == 0, !options_.overwrite);
    std::optional<ProgressDisplay> display;
    if (alone_) {
        display.emplace("  " + number);
    }
    current_run_.begin(file, communicator_.rank() == 0);
    Trainer trainer(point.settings, data.device, communicator_,
                    tensor_options(point.settings, data_.device()), std::move(record),
                    {[&](const TrainingProgress& progress) {
                         if (display) {
                             display->update(progress);
                         }
                     },
                     [&](const RunRecord& present, bool last) {
                         current_run_.write(last, [&] { publisher.publish(present, last); });
                     },
                     [&](const Checkpoint& present) { write_checkpoint(file, present); }});
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
        outcome_text(
            record,
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()));
    return record.status;
}

void GridRun::describe_start(const std::optional<Checkpoint>& checkpoint,
                             EnvironmentRecord& environment) {
    if (!checkpoint) {
        environment.text["starts"] = with_start("", 0, environment);
        return;
    }
    const EnvironmentRecord& before = checkpoint->record.environment;
    say("  resumed after step {}, in {}", checkpoint->step(), to_string(checkpoint->phase));
    warn_of_other_conditions(before, environment);
    const auto starts = before.text.find("starts");
    environment.text["starts"] = with_start(starts == before.text.end() ? "" : starts->second,
                                            checkpoint->step(), environment);
}

void GridRun::announce(const GridPoint& point, const RunData& data) {
    const TrainingSettings& training = point.settings.training;
    std::vector<std::int64_t> shares;
    for (int rank = 0; rank < communicator_.size(); ++rank) {
        shares.push_back(share_of(training.batch_size, rank, communicator_.size()).size());
    }
    const std::int64_t examples = data.device.train.size();
    const std::int64_t steps = (examples + training.batch_size - 1) / training.batch_size;
    say("  global batch {} = {} on {} rank(s), {} steps an epoch, peak learning rate {:.6g}",
        training.batch_size, fmt::join(shares, " + "), communicator_.size(), steps,
        peak_learning_rate(training));
    for (const auto& warning :
         check_run(point.settings, data.dataset, examples, communicator_.size(), on_cpu())) {
        if (warnings_.insert(warning).second) {
            warn(warning);
        }
    }
}

EnvironmentRecord GridRun::environment_of(const GridPoint& point) const {
    EnvironmentRecord environment = environment_;
    for (int rank = 0; rank < communicator_.size(); ++rank) {
        environment.examples_per_rank.push_back(
            share_of(point.settings.training.batch_size, rank, communicator_.size()).size());
    }
    return environment;
}

}  // namespace batchscope
