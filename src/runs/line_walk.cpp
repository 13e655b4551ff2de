#include "runs/line_walk.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <utility>
#include <variant>

#include "core/fault_injection.hpp"
#include "core/file_io.hpp"
#include "core/log.hpp"
#include "core/version.hpp"
#include "measures/linear_interpolation.hpp"
#include "measures/split_loss.hpp"
#include "measures/stored_numbers.hpp"
#include "results/checkpoint_file.hpp"
#include "runs/environment.hpp"
#include "runs/result_lock.hpp"
#include "runs/resumption.hpp"
#include "study/study_schema.hpp"

namespace batchscope {

namespace {

constexpr const char* points_name = "figures";
constexpr std::size_t metrics_of_point = 6;

/// Whether the key decides which function of the weights a run evaluates. Dropout and augmentation
/// act in training alone, and where the files of the data lie is no matter.
bool decides_function(const std::string& path) {
    return (path.starts_with("model.") && path != "model.dropout") ||
           path == "training.precision" ||
           (path.starts_with("data.") && path != "data.directory" &&
            !path.starts_with("data.augmentation."));
}

std::string shown(const Key& key, const RunSettings& settings) {
    if (!study_schema().is_used(key, settings)) {
        return "unused";
    }
    const Value value = key.read(settings);
    return std::holds_alternative<std::monostate>(value) ? "not set" : format_value(value);
}

std::vector<double> numbers_of(const std::vector<LinePoint>& points) {
    std::vector<double> numbers;
    for (const LinePoint& point : points) {
        for (const SplitMetrics& metrics : {point.train, point.validation, point.test}) {
            numbers.push_back(metrics.loss);
            numbers.push_back(metrics.accuracy);
        }
    }
    return numbers;
}

const std::string& initial_checksum(const FinishedRun& run) {
    static const std::string none;
    const auto& checksums = run.record.environment.initial_weights_checksum;
    return checksums.empty() ? none : checksums.front();
}

at::Tensor weights_of(const Network& network) {
    return network.parameters().weights().to(at::kDouble, /*non_blocking=*/false, /*copy=*/true);
}

void say_end(const char* name, const LinePoint& point, const FinishedRun& run) {
    const EndDifference difference = difference_from_last_row(point, run.record);
    const std::string text = fmt::format(
        "alpha {} is {}: losses differ from the last row of its /epochs by {:.2g} at most, "
        "accuracies by {:.2g}",
        point.alpha, name, difference.loss, difference.accuracy);
    if (equal_to_rounding(difference.loss, 0, run.settings.training.precision)) {
        say(text);
    } else {
        warn(text + ", which is more than rounding");
    }
}

}  // namespace

void check_same_function(const FinishedRun& a, const FinishedRun& b) {
    std::vector<std::string> differences;
    for (const Key& key : study_schema().keys()) {
        const std::string of_a = shown(key, a.settings);
        const std::string of_b = shown(key, b.settings);
        if (decides_function(key.path) && of_a != of_b) {
            differences.push_back(fmt::format("{}: {} in A, {} in B", key.path, of_a, of_b));
        }
    }
    if (a.record.data_hash != b.record.data_hash) {
        differences.push_back(fmt::format("hash of the data: {} in A, {} in B", a.record.data_hash,
                                          b.record.data_hash));
    }
    if (!differences.empty()) {
        throw configuration_error(
            fmt::format("there is no line between {} and {}:\n  {}", a.file.string(),
                        b.file.string(), fmt::join(differences, "\n  ")),
            "choose two runs of one network on the same splits");
    }
}

LineWalk::LineWalk(const MeasurementRequest& request, std::int64_t points,
                   const DeviceBinding& binding, RunDataStore& data, Communicator& communicator)
    : request_(request),
      points_(points),
      data_(data),
      communicator_(communicator),
      environment_(describe_environment(binding, communicator)) {}

ExitCode LineWalk::run() {
    const FinishedRun a = read(request_.paths[0]);
    const FinishedRun b = read(request_.paths[1]);
    communicator_.together([&] {
        check_same_function(a, b);
        std::error_code failure;
        if (std::filesystem::exists(request_.output, failure) && !request_.overwrite) {
            throw configuration_error(fmt::format("{} is there already", request_.output.string()),
                                      "name another file, or replace it with --overwrite");
        }
        identity_ = fmt::format("line: {} points\nA: weights {}\nB: weights {}\ndata: {}", points_,
                                weights_checksum(a.file, a.record),
                                weights_checksum(b.file, b.record), a.record.data_hash);
    });
    const auto lock = take_result_lock(request_.output, communicator_);
    try {
        const RunData& data = data_.get(a.settings, communicator_);
        const std::unique_ptr<Network> network = checked_network(a, data);
        const at::Tensor from = weights_of(*network);
        const at::Tensor to = weights_of(*checked_network(b, data));
        describe(a, b, (to - from).norm().item<double>());
        resume();
        const DeviceData& device = data.device;
        const std::vector<double> positions = line_positions(points_);
        while (found_.size() < positions.size()) {
            const double alpha = positions[found_.size()];
            if (fault_requested("stop_line", communicator_.rank(),
                                static_cast<std::int64_t>(found_.size()))) {
                std::raise(SIGUSR1);
            }
            const auto found = metrics_at(*network, point_on_line(from, to, alpha),
                                          {&device.train, &device.validation, &device.test},
                                          device.train, communicator_);
            found_.push_back({alpha, found[0], found[1], found[2]});
        }
    } catch (const AgreedStop&) {
        save();
        say("Stopped on request after {} of {} points; start the same command again to go on.",
            found_.size(), points_);
        return ExitCode::stopped;
    }
    say(line_text(found_));
    for (const LinePoint& point : found_) {
        if (point.alpha == 0 || point.alpha == 1) {
            say_end(point.alpha == 0 ? "A" : "B", point, point.alpha == 0 ? a : b);
        }
    }
    communicator_.together([&] {
        if (communicator_.rank() == 0) {
            write_text_file(request_.output, line_csv(found_, a, b));
            remove_checkpoints(request_.output);
        }
    });
    say("written to {}", request_.output.string());
    return ExitCode::success;
}

FinishedRun LineWalk::read(const std::filesystem::path& file) {
    FinishedRun run;
    communicator_.together([&] {
        run = read_finished_run(file, {.steps = false,
                                       .predictions = false,
                                       .weights = true,
                                       .data = false,
                                       .environment = true,
                                       .configuration = true,
                                       .sharpness = false});
        if (!run.record.alias_of.empty()) {
            throw data_error(
                fmt::format("{} only names another file as its run", file.string()),
                fmt::format("give {}", (file.parent_path() / run.record.alias_of).string()));
        }
        if (const std::string reason = reason_without_weights(run); !reason.empty()) {
            throw data_error(fmt::format("{}: {}", file.string(), reason),
                             "give a complete run that was trained with output.weights: final");
        }
    });
    return run;
}

/// What one should know of two ends before reading a line between them.
void LineWalk::describe(const FinishedRun& a, const FinishedRun& b, double distance) const {
    for (const auto& [name, run] : {std::pair("A", &a), std::pair("B", &b)}) {
        say("{} = {}: batch size {}, distance {:.4g} from its initial weights", name,
            run->file.string(), run->record.batch_size,
            run->record.epochs.distance_from_start.back());
    }
    const bool same_start =
        !initial_checksum(a).empty() && initial_checksum(a) == initial_checksum(b);
    say("distance between them {:.4g}; {}", distance,
        same_start ? "both began from the same initial weights"
                   : "they began from different initial weights: a barrier may be due to the order "
                     "of hidden units alone");
    if (a.record.batch_size > b.record.batch_size) {
        say("Note: A has the larger batch size; in Keskar 2017 the smaller one is at 0.");
    }
}

std::unique_ptr<Network> LineWalk::checked_network(const FinishedRun& run, const RunData& data) {
    std::unique_ptr<Network> network;
    communicator_.together([&] {
        network = rebuild_network(run, data, tensor_options(run.settings, data_.device()));
    });
    check_train_loss(run, *network, data, communicator_);
    return network;
}

void LineWalk::resume() {
    if (request_.overwrite) {
        if (communicator_.rank() == 0) {
            remove_checkpoints(request_.output);
        }
        return;
    }
    const auto checkpoint = newest_checkpoint(request_.output, communicator_);
    if (!checkpoint) {
        return;
    }
    communicator_.together([&] {
        const std::string& before = checkpoint->record.configuration;
        if (before != identity_) {
            throw configuration_error(
                fmt::format("{} is of another line, before:\n{}\nnow:\n{}",
                            checkpoint_file_of(request_.output).string(), before, identity_),
                "choose another --output, or begin again with --overwrite");
        }
        const std::vector<double> positions = line_positions(points_);
        const auto numbers = restored_list(checkpoint->record.weights, points_name,
                                           metrics_of_point * positions.size());
        for (std::size_t i = 0; metrics_of_point * (i + 1) <= numbers.size(); ++i) {
            const double* at = &numbers[metrics_of_point * i];
            found_.push_back({positions[i], {at[0], at[1]}, {at[2], at[3]}, {at[4], at[5]}});
        }
    });
    warn_of_other_conditions(checkpoint->record.environment, environment_);
    say("resumed after {} points", found_.size());
}

void LineWalk::save() {
    if (communicator_.rank() != 0 || found_.empty()) {
        return;
    }
    Checkpoint checkpoint{RunPhase::sharpness, 0, {}};
    checkpoint.record.program_version = version;
    checkpoint.record.configuration = identity_;
    checkpoint.record.environment = environment_;
    checkpoint.record.weights = {stored_list(
        points_name, "loss and accuracy of train, validation and test at each point so far",
        numbers_of(found_), metrics_of_point * static_cast<std::size_t>(points_))};
    write_checkpoint(request_.output, checkpoint);
}

}  // namespace batchscope
