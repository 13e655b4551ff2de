#include "measurement_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iterator>
#include <ratio>
#include <set>

#include "communication/cuda_device.hpp"
#include "core/fault_injection.hpp"
#include "core/log.hpp"
#include "core/version.hpp"
#include "failure_of_all_ranks.hpp"
#include "measurement_settings.hpp"
#include "measures/measures.hpp"
#include "measures/stored_numbers.hpp"
#include "process_setup.hpp"
#include "progress_display.hpp"
#include "result_lock.hpp"
#include "resumption.hpp"

namespace batchscope {

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* seconds_name = "seconds_so_far";
// Texts of /environment beside those of the training.
constexpr const char* starts_name = "sharpness_starts";
constexpr const char* devices_name = "sharpness_devices";

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

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

MeasurementRun::MeasurementRun(const SharpnessOptions& options, const DeviceBinding& binding,
                               RunDataStore& data, Communicator& communicator)
    : options_(options),
      data_(data),
      communicator_(communicator),
      environment_(describe_environment(binding, communicator)) {}

ExitCode MeasurementRun::run(const MeasurementPlan& plan) {
    std::size_t measured = 0;
    std::size_t refused = 0;
    bool failed = false;
    for (std::size_t i = 0; i < plan.to_measure.size(); ++i) {
        title_ = fmt::format("[{}/{}]", i + 1, plan.to_measure.size());
        say("{} {}", title_, plan.to_measure[i].input.string());
        switch (try_file(plan.to_measure[i])) {
            case Outcome::measured:
                ++measured;
                break;
            case Outcome::refused:
                ++refused;
                break;
            case Outcome::failed:
                failed = true;
                break;
            case Outcome::stopped:
                say("Stopped on request; start the same command again to go on.");
                return ExitCode::stopped;
        }
    }
    write_aliases(plan);
    // Lists beside the files to measure are on rank 0 alone.
    const bool none_usable =
        communicator_.broadcast(fmt::format("{}", measured + plan.finished.size())) == "0";
    const bool some_damaged =
        communicator_.broadcast(fmt::format("{}", refused + plan.damaged.size())) != "0";
    say("{} measured, {} measured before, {} the same run as another, {} without a result to "
        "measure, {} damaged or refused",
        measured, plan.finished.size(), plan.aliases.size(), plan.unfinished.size(),
        refused + plan.damaged.size());
    if (failed) {
        return ExitCode::run_time;
    }
    return none_usable || some_damaged ? ExitCode::data : ExitCode::success;
}

MeasurementRun::Outcome MeasurementRun::try_file(const MeasuredFile& file) {
    Outcome outcome = Outcome::measured;
    try {
        communicator_.leave_if_stopped();
        measure(file);
    } catch (const AgreedStop&) {
        outcome = Outcome::stopped;
    } catch (const AgreedError& error) {
        if (error.code() != ExitCode::data) {
            throw;
        }
        warn(fmt::format("not measured: {}\n  remedy: {}", error.problem(), error.remedy()));
        outcome = Outcome::refused;
    } catch (...) {
        const std::string reason = failure_of_all_ranks(communicator_);
        if (communicator_.rank() == 0) {
            say_error(fmt::format("{} failed on all ranks: {}\n  the next file goes on",
                                  file.input.string(), reason));
        }
        outcome = Outcome::failed;
    }
    release_device_memory();
    return outcome;
}

void MeasurementRun::measure(const MeasuredFile& file) {
    FinishedRun run = read(file);
    RunSettings settings;
    communicator_.together([&] { settings = measurement_settings(run, options_.overrides); });
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
    if (options_.overwrite) {
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
    double seconds_before = 0;
    if (resumed) {
        communicator_.together([&] { measurement.restore(resumed->record.weights); });
        seconds_before = restored_numbers(resumed->record.weights, seconds_name, 1).front();
        say("  resumed in {}", measurement.present());
    }
    const std::int64_t step = run.record.epochs.step.back();
    starts_ = with_start(starts_, step, environment_);
    const Clock::time_point start = Clock::now();
    Clock::time_point saved_at = start;
    // Rank 0's clock decides: it alone writes, the others wait for it in the next sum.
    const auto save = [&] {
        saved_at = Clock::now();
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
        record.weights.push_back(stored_numbers(seconds_name, "seconds of measuring so far",
                                                {seconds_before + seconds_since(start)}));
        write_checkpoint(file.output, checkpoint);
    };
    const std::chrono::duration<double, std::ratio<60>> interval(
        settings.output.checkpoint_minutes);
    ProgressDisplay display("  " + title_);
    try {
        while (!measurement.finished()) {
            display.update({measurement.fraction_done(), run.record.epochs.epoch.back(), step,
                            run.record.epochs.train_loss.back(), 0, false, measurement.present()});
            if (fault_requested("stop_sharpness", communicator_.rank(), step) &&
                measurement.present() == settings.sharpness.measures.back()) {
                std::raise(SIGUSR1);
            }
            measurement.advance();
            if (interval.count() > 0 && Clock::now() - saved_at >= interval) {
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
    MeasuredValues values = measurement.values();
    values["seconds"] = {seconds_before + seconds_since(start)};
    return values;
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

void MeasurementRun::write_aliases(const MeasurementPlan& plan) {
    communicator_.together([&] {
        if (communicator_.rank() == 0) {
            write_measured_aliases(plan);
        }
    });
}

}  // namespace batchscope
