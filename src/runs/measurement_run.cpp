#include "runs/measurement_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "core/log.hpp"
#include "core/version.hpp"
#include "measures/measures.hpp"
#include "runs/environment.hpp"
#include "runs/injected_faults.hpp"
#include "runs/measurement_settings.hpp"
#include "runs/progress_display.hpp"
#include "runs/result_lock.hpp"
#include "runs/resumption.hpp"
#include "training/checkpoint_timer.hpp"

namespace batchscope {

namespace {

// Texts of /environment beside those of the training.
constexpr const char* starts_name = "sharpness_starts";
constexpr const char* devices_name = "sharpness_devices";

/// The columns that a line on the terminal names: the loss, and of each measure its headlines, or
/// all its plain numbers where it has none.
std::vector<SharpnessColumn> told_columns() {
    std::vector<SharpnessColumn> told{{.name = "loss"}, {.name = "gradient_norm"}};
    for (const MeasureKind& kind : measures()) {
        const bool any_headline =
            std::any_of(kind.columns.begin(), kind.columns.end(),
                        [](const SharpnessColumn& c) { return !c.headline.name.empty(); });
        std::copy_if(kind.columns.begin(), kind.columns.end(), std::back_inserter(told),
                     [any_headline](const SharpnessColumn& c) {
                         return c.error_of.empty() &&
                                (any_headline ? !c.headline.name.empty() : c.dimensions.empty());
                     });
    }
    return told;
}

/// The findings of a row in one line, each with its error bar.
std::string findings_text(const SharpnessRecord& sharpness) {
    const MeasuredValues& values = sharpness.rows.front().values;
    const auto first = [&values](const std::string& column) -> const double* {
        const auto found = values.find(column);
        return found == values.end() || found->second.empty() ? nullptr : &found->second.front();
    };
    std::vector<std::string> texts;
    for (const SharpnessColumn& column : told_columns()) {
        const double* value = first(column.name);
        if (value == nullptr) {
            continue;
        }
        texts.push_back(
            fmt::format("{} {:.5g}",
                        column.headline.name.empty() ? column.name : column.headline.name, *value));
        for (const SharpnessColumn& other : sharpness.columns) {
            const double* error = other.error_of == column.name ? first(other.name) : nullptr;
            if (error != nullptr) {
                texts.back() += fmt::format(" ± {:.2g}", *error);
            }
        }
    }
    return fmt::format("{}", fmt::join(texts, "  "));
}

}  // namespace

MeasurementRun::MeasurementRun(const MeasurementRequest& request, const MeasurementPlan& plan,
                               const DeviceBinding& binding, RunDataStore& data,
                               Communicator& communicator)
    : request_(request),
      plan_(plan),
      data_(data),
      communicator_(communicator),
      environment_(describe_environment(binding, communicator)) {}

ExitCode MeasurementRun::run() {
    WorkInOrder files(plan_.to_measure.size(), "file", communicator_);
    const WorkDone done = work_through(files, *this, communicator_);
    const ExitCode code = files.finish(done.stopped      ? ExitCode::stopped
                                       : done.failed > 0 ? ExitCode::run_time
                                                         : ExitCode::success);
    if (code == ExitCode::stopped) {
        return code;
    }
    write_aliases();
    // Lists beside the files to measure are on rank 0 alone.
    const bool none_usable =
        communicator_.broadcast(fmt::format("{}", done.done + plan_.finished.size())) == "0";
    const bool some_damaged =
        communicator_.broadcast(fmt::format("{}", done.refused + plan_.damaged.size())) != "0";
    say("{} measured, {} measured before, {} the same run as another, {} without a result to "
        "measure, {} damaged or refused",
        done.done, plan_.finished.size(), plan_.aliases.size(), plan_.unfinished.size(),
        done.refused + plan_.damaged.size());
    if (code != ExitCode::success) {
        return code;
    }
    return none_usable || some_damaged ? ExitCode::data : ExitCode::success;
}

Work::Outcome MeasurementRun::work_on(std::size_t position) {
    const MeasuredFile& file = plan_.to_measure[position];
    title_ = fmt::format("[{}/{}]", position + 1, plan_.to_measure.size());
    say("{} {}", title_, file.input.string());
    measure(file);
    return Outcome::done;
}

bool MeasurementRun::refuses(const AgreedError& error) {
    if (error.code() != ExitCode::data) {
        return false;
    }
    warn(fmt::format("not measured: {}\n  remedy: {}", error.problem(), error.remedy()));
    return true;
}

void MeasurementRun::failed(std::size_t position, const std::string& reason) {
    say_error(fmt::format("{} failed on all ranks: {}\n  the next file goes on",
                          plan_.to_measure[position].input.string(), reason));
}

void MeasurementRun::measure(const MeasuredFile& file) {
    FinishedRun run = read(file);
    RunSettings settings;
    communicator_.together([&] { settings = measurement_settings(run, request_.overrides); });
    const RunData& data = data_.get(run.settings, communicator_);
    const DeviceSplit& train = data.device.train;
    std::unique_ptr<Network> network;
    communicator_.together([&] {
        network = rebuild_network(run, data, tensor_options(run.settings, data_.device()));
    });
    check_train_loss(run, *network, data, communicator_);

    const auto lock = take_result_lock(file.output, communicator_);
    const std::optional<Checkpoint> checkpoint = find_checkpoint_of(file, run, settings);
    const MeasuredExamples examples = measured_examples(settings.sharpness, train);
    SharpnessMeasurement measurement(settings, *network, examples, train, communicator_);
    SharpnessRecord sharpness =
        sharpness_description(settings.sharpness, examples, data.device.train_indices);
    sharpness.settings[measured_by_name] = fmt::format("batchscope-sharpness {}", version);
    sharpness.settings[measurement_settings_name] = sharpness_section(settings);
    sharpness.rows.push_back({run.record.epochs.epoch.back(), run.record.epochs.step.back(),
                              advance_to_end(file, run, settings, measurement, checkpoint)});
    say("  {}  in {}", findings_text(sharpness),
        duration_text(sharpness.rows.front().values.at("seconds").front()));
    write(file, run, sharpness);
}

/// Rank 0 writes the whole record anew; the others need what decides the measurement.
FinishedRun MeasurementRun::read(const MeasuredFile& file) {
    const bool whole = communicator_.rank() == 0;
    const ReadParts parts{.steps = whole,
                          .predictions = whole,
                          .weights = true,
                          .data = whole,
                          .environment = true,
                          .configuration = true,
                          .sharpness = false};
    FinishedRun run;
    communicator_.together([&] {
        run = read_finished_run(file.input, parts);
        if (const std::string reason = reason_without_weights(run); !reason.empty()) {
            throw data_error(fmt::format("{}: {}", file.input.string(), reason),
                             "the file has changed since this job began: start it again");
        }
    });
    return run;
}

std::optional<Checkpoint> MeasurementRun::find_checkpoint_of(const MeasuredFile& file,
                                                             const FinishedRun& run,
                                                             const RunSettings& settings) {
    starts_.clear();
    if (request_.overwrite) {
        if (communicator_.rank() == 0) {
            remove_checkpoints(file.output);
        }
        return std::nullopt;
    }
    auto checkpoint = newest_checkpoint(file.output, communicator_);
    if (!checkpoint) {
        return checkpoint;
    }
    const RunRecord& before = checkpoint->record;
    communicator_.together([&] {
        check_same_measurement(checkpoint_file_of(file.output), before, before.configuration, run,
                               settings);
    });
    warn_of_other_conditions(before.environment, environment_);
    const auto starts = before.environment.text.find(starts_name);
    starts_ = starts == before.environment.text.end() ? std::string{} : starts->second;
    return checkpoint;
}

MeasuredValues MeasurementRun::advance_to_end(const MeasuredFile& file, const FinishedRun& run,
                                              const RunSettings& settings,
                                              SharpnessMeasurement& measurement,
                                              const std::optional<Checkpoint>& resumed) {
    if (resumed) {
        communicator_.together([&] { measurement.restore(resumed->record.weights); });
        say("  resumed in {}", measurement.present());
    }
    const std::int64_t step = run.record.epochs.step.back();
    starts_ = with_start(starts_, step, environment_);
    CheckpointTimer timer(settings.output.checkpoint_minutes);
    // Rank 0's clock decides: it alone writes, the others wait for it in the next sum.
    const auto save = [&] {
        timer.restart();
        if (communicator_.rank() != 0) {
            return;
        }
        Checkpoint checkpoint{RunPhase::sharpness, 0, {}};
        RunRecord& record = checkpoint.record;
        record.study = run.record.study;
        record.program_version = version;
        record.configuration_hash = run.record.configuration_hash;
        record.data_hash = run.record.data_hash;
        record.configuration =
            with_sharpness_section(run.record.configuration, sharpness_section(settings));
        record.environment = environment_;
        record.environment.final_weights_checksum = run.record.environment.final_weights_checksum;
        record.environment.text[starts_name] = starts_;
        record.weights = measurement.state();
        write_checkpoint(file.output, checkpoint);
    };
    const TrainingHooks hooks = injected_faults(settings, communicator_.rank());
    ProgressDisplay display("  " + title_);
    try {
        while (!measurement.finished()) {
            display.update({measurement.fraction_done(), run.record.epochs.epoch.back(), step,
                            run.record.epochs.train_loss.back(), 0, false, measurement.present()});
            hooks.before_measuring(step, measurement.present());
            measurement.advance();
            if (timer.due()) {
                save();
            }
        }
    } catch (const AgreedStop&) {
        display.finish();
        say("  saved in {}", measurement.present());
        save();
        throw;
    }
    display.finish();
    return measurement.values();
}

void MeasurementRun::write(const MeasuredFile& file, FinishedRun& run,
                           const SharpnessRecord& sharpness) {
    communicator_.together([&] {
        if (communicator_.rank() != 0) {
            return;
        }
        run.record.sharpness = sharpness;
        const auto& devices = environment_.device_names;
        run.record.environment.text[starts_name] = starts_;
        run.record.environment.text[devices_name] =
            fmt::format("{}", fmt::join(std::set(devices.begin(), devices.end()), ", "));
        write_result(file.output, run.record);
        remove_checkpoints(file.output);
    });
    say("  written to {}", file.output.string());
}

void MeasurementRun::write_aliases() {
    communicator_.together([&] {
        if (communicator_.rank() == 0) {
            write_measured_aliases(plan_);
        }
    });
}

}  // namespace batchscope
