#include "grid_run.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "communication/cuda_device.hpp"
#include "communication/mpi_session.hpp"
#include "core/failure_text.hpp"
#include "core/log.hpp"
#include "core/process_memory.hpp"
#include "core/stop_request.hpp"
#include "core/version.hpp"
#include "process_setup.hpp"
#include "progress_display.hpp"
#include "result_publisher.hpp"
#include "results/checkpoint_file.hpp"
#include "results/writer_lock.hpp"
#include "resumption.hpp"
#include "training/run_check.hpp"
#include "training/trainer.hpp"

namespace batchscope {

namespace {

// A failure on all ranks alike (out of memory) reaches them within a step; one rank's own never
// does.
constexpr double failure_patience_seconds = 5.0;

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

GridRun::GridRun(const TrainOptions& options, const Study& study, const DeviceBinding& binding,
                 Communicator& communicator, CurrentRun& current_run)
    : options_(options),
      study_(study),
      binding_(binding),
      communicator_(communicator),
      current_run_(current_run),
      environment_(describe_environment(binding, communicator)),
      device_(binding.ordinal ? at::TensorOptions(at::Device(
                                    at::kCUDA, static_cast<c10::DeviceIndex>(*binding.ordinal)))
                              : at::TensorOptions(at::kCPU)),
      data_(communicator, device_) {}

const GridPoint& GridRun::point_at(std::int64_t index) const {
    return study_.points[static_cast<std::size_t>(index)];
}

GridRun::Selection GridRun::select() {
    Selection selection;
    communicator_.together([&] {
        const auto count = static_cast<std::int64_t>(study_.points.size());
        for (std::int64_t index = 0; index < count; ++index) {
            selection.selected.push_back(index);
        }
        if (options_.task) {
            selection.selected = parse_task_list(*options_.task, count);
        }
    });
    // Rank 0 looks at the files: its view of a network file system is the one that counts.
    std::string answer;
    communicator_.together([&] {
        if (communicator_.rank() == 0) {
            selection.plans = plan_grid(options_.output, study_, options_.overwrite);
            std::set<std::int64_t> wanted;
            for (const std::int64_t index : selection.selected) {
                const auto original = selection.plans[static_cast<std::size_t>(index)].original;
                if (selection.plans[static_cast<std::size_t>(original)].state ==
                    PointState::pending) {
                    wanted.insert(original);
                } else {
                    // Left there when a run was killed just after its end.
                    remove_checkpoints(result_path(options_.output, study_, point_at(original)));
                }
            }
            answer = fmt::format("{}", fmt::join(wanted, ","));
        }
    });
    answer = communicator_.broadcast(answer);
    if (!answer.empty()) {
        selection.to_train =
            parse_task_list(answer, static_cast<std::int64_t>(study_.points.size()));
    }
    return selection;
}

void GridRun::check_points(const std::vector<std::int64_t>& points) {
    for (const std::int64_t index : points) {
        const RunSettings& settings = point_at(index).settings;
        const RunData& data = data_.get(settings);
        communicator_.together([&] {
            (void)check_run(settings, data.dataset, data.device.train.size(), communicator_.size(),
                            on_cpu());
        });
    }
}

ExitCode GridRun::run() {
    const Selection selection = select();
    if (selection.to_train.empty()) {
        write_aliases(selection);
        say("Nothing to do: all {} selected point(s) are finished in {}; --overwrite runs them "
            "again.",
            selection.selected.size(), (options_.output / study_.name).string());
        return ExitCode::success;
    }
    check_points(selection.to_train);
    say("Note: this version measures no sharpness yet; /sharpness of the result files has no "
        "rows.\n");
    bool failed = false;
    for (std::size_t number = 0; number < selection.to_train.size(); ++number) {
        if (!communicator_.agree(stop_signal() == 0)) {
            say("Stopped on request before the next point; start again to go on.");
            return ExitCode::stopped;
        }
        const GridPoint& point = point_at(selection.to_train[number]);
        const auto file = result_path(options_.output, study_, point);
        try {
            const RunStatus status = train_point(point, number + 1, selection.to_train.size());
            if (status == RunStatus::stopped) {
                say("Stopped on request. Rows so far are in {}; start the same command again to "
                    "go on.",
                    file.string());
                return ExitCode::stopped;
            }
        } catch (const AgreedStop&) {
            say("Stopped on request before the next point; start again to go on.");
            return ExitCode::stopped;
        } catch (const AgreedError& error) {
            current_run_.fail(error.problem());
            throw;
        } catch (...) {
            const std::string reason = failure_text(std::current_exception());
            if (!communicator_.failed_together(failure_patience_seconds)) {
                throw;
            }
            if (communicator_.rank() == 0) {
                current_run_.fail(reason);
                say_error(fmt::format("point {} failed on all ranks: {}\n  the grid goes on",
                                      point.name, reason));
            }
            failed = true;
        }
        current_run_.end();
        release_device_memory();
    }
    write_aliases(selection);
    return failed ? ExitCode::run_time : ExitCode::success;
}

RunStatus GridRun::train_point(const GridPoint& point, std::size_t number, std::size_t count) {
    const auto file = result_path(options_.output, study_, point);
    const std::optional<WriterLock> lock = take_lock(file);
    const RunData& data = data_.get(point.settings);
    say("[{}/{}] {}", number, count, point.name);
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
    RunRecord record = initial_record(point, data);
    describe_start(checkpoint, record.environment);
    const auto start = std::chrono::steady_clock::now();
    ResultPublisher publisher(file, communicator_.rank() == 0, !options_.overwrite);
    ProgressDisplay display(fmt::format("  [{}/{}]", number, count));
    current_run_.begin(file);
    Trainer trainer(point.settings, data.device, communicator_,
                    tensor_options(point.settings, device_), std::move(record),
                    {[&](const TrainingProgress& progress) { display.update(progress); },
                     [&](const RunRecord& present, bool last) { publisher.publish(present, last); },
                     [&](const Checkpoint& present) { write_checkpoint(file, present); }});
    if (checkpoint) {
        trainer.resume(*checkpoint);
        checkpoint.reset();
    }
    record = trainer.run();
    display.finish();
    if (lock && (record.status == RunStatus::complete || record.status == RunStatus::diverged)) {
        remove_checkpoints(file);
    }
    say("  {}",
        outcome_text(
            record,
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()));
    return record.status;
}

/// On rank 0 the lock, once it is free. A killed job may have left one behind where the file system
/// has no locks; a job that is started again waits until it is stale instead of failing.
std::optional<WriterLock> GridRun::take_lock(const std::filesystem::path& file) {
    std::optional<WriterLock> lock;
    for (bool first = true;; first = false) {
        std::string waits_for;
        communicator_.together([&] {
            if (communicator_.rank() != 0) {
                return;
            }
            try {
                lock.emplace(file);
            } catch (const Error& error) {
                const auto ends_in = WriterLock::ends_in(file);
                if (!ends_in) {
                    throw;
                }
                waits_for = fmt::format(
                    "waiting {} for the lock of a job that is probably dead: {}",
                    duration_text(static_cast<double>(ends_in->count())), error.problem());
            }
        });
        waits_for = communicator_.broadcast(waits_for);
        if (waits_for.empty()) {
            return lock;
        }
        if (first) {
            warn(waits_for);
        }
        communicator_.leave_if_stopped();
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
}

void GridRun::describe_start(const std::optional<Checkpoint>& checkpoint,
                             EnvironmentRecord& environment) {
    if (!checkpoint) {
        environment.text["starts"] = with_start("", 0, environment);
        return;
    }
    const EnvironmentRecord& before = checkpoint->record.environment;
    say("  resumed after step {}, in {}", checkpoint->step(), to_string(checkpoint->phase));
    const auto differences = environment_differences(before, environment);
    if (!differences.empty()) {
        warn(
            fmt::format("resumed under other conditions: the run goes on equal to rounding, not "
                        "bit for bit\n  {}",
                        fmt::join(differences, "\n  ")));
    }
    const auto starts = before.text.find("starts");
    environment.text["starts"] = with_start(starts == before.text.end() ? "" : starts->second,
                                            checkpoint->step(), environment);
}

void GridRun::announce(const GridPoint& point, const RunData& data) const {
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
        warn(warning);
    }
}

RunRecord GridRun::initial_record(const GridPoint& point, const RunData& data) {
    RunRecord record;
    record.study = study_.name;
    record.program_version = version;
    record.batch_size = point.settings.training.batch_size;
    record.seed = point.settings.training.seed;
    record.learning_rate = peak_learning_rate(point.settings.training);
    record.learning_rate_scaling = to_string(point.settings.training.learning_rate_scaling);
    record.configuration_hash = point.configuration_hash;
    record.data_hash = data.hash;
    for (const Coordinate& coordinate : point.coordinates) {
        if (coordinate.short_key != "batch_size" && coordinate.short_key != "seed") {
            record.axes[coordinate.key] = coordinate.value;
        }
    }
    record.configuration = point.resolved_yaml;
    record.data = data.record;
    record.environment = environment_;
    for (int rank = 0; rank < communicator_.size(); ++rank) {
        record.environment.examples_per_rank.push_back(
            share_of(record.batch_size, rank, communicator_.size()).size());
    }
    return record;
}

void GridRun::write_aliases(const Selection& selection) {
    communicator_.together([&] {
        if (communicator_.rank() != 0) {
            return;
        }
        // Aliases of every point trained here, also when another task was asked for the alias
        // itself.
        for (const PointPlan& plan : selection.plans) {
            const GridPoint& original = point_at(plan.original);
            const GridPoint& point = point_at(plan.index);
            const auto file = result_path(options_.output, study_, point);
            if (plan.original == plan.index ||
                (plan.state == PointState::finished && !options_.overwrite)) {
                continue;
            }
            const auto original_file = result_path(options_.output, study_, original);
            const ResultState state = read_result_state(original_file);
            if (!is_finished(state) || state.configuration_hash != original.configuration_hash) {
                continue;
            }
            const WriterLock lock(file);
            const RunRecord trained =
                read_result(original_file, {false, false, false, false, false, false});
            RunData no_data;
            no_data.hash = trained.data_hash;
            RunRecord alias = initial_record(point, no_data);
            alias.environment = {};
            alias.status = trained.status;
            alias.reason = trained.reason;
            alias.collapsed = trained.collapsed;
            alias.alias_of = original.name + ".h5";
            write_result(file, alias);
        }
    });
}

}  // namespace batchscope
