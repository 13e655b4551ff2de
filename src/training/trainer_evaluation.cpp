#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>

#include "communication/cuda_device.hpp"
#include "core/fault_injection.hpp"
#include "core/not_finite.hpp"
#include "core/process_memory.hpp"
#include "training/trainer.hpp"

// The rows of /epochs, and what a run concludes from them.
namespace batchscope {

namespace {

double l2_norm(const at::Tensor& values) {
    return values.to(at::kDouble).norm().item<double>();
}

std::int64_t peak_memory(const at::Device& device) {
    if (device.is_cuda()) {
        return peak_device_memory(device.index());
    }
    return peak_process_memory();
}

}  // namespace

void Trainer::evaluate() {
    const auto start = std::chrono::steady_clock::now();
    const bool all_splits = whole_row_due();
    if (fault_requested("stop_evaluation", communicator_.rank(), progress_.step)) {
        std::raise(SIGUSR1);
    }
    estimate_population(network_, data_.train, communicator_);
    const SplitFigures train = all_splits ? evaluate_split(network_, data_.train, communicator_)
                                          : SplitFigures{unknown, unknown};
    const SplitFigures validation = evaluate_split(network_, data_.validation, communicator_);
    const SplitFigures test = all_splits ? evaluate_split(network_, data_.test, communicator_)
                                         : SplitFigures{unknown, unknown};
    add_row(train, validation, test);
    record_.epochs.evaluation_seconds.back() =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::vector<std::string> checksums;
    verify_replicas(checksums);
    phase_ = phase_after_row();
    if (all_splits) {
        notice_divergence();
    }
    events_.progressed(
        {fraction_done(),
         record_.epochs.epoch.back(),
         progress_.step,
         train.loss,
         training_seconds_ > 0 ? static_cast<double>(progress_.examples) / training_seconds_ : 0,
         true,
         {}});
    events_.recorded(record_, false);
    save_if_due();
}

void Trainer::add_row(const SplitFigures& train, const SplitFigures& validation,
                      const SplitFigures& test) {
    const at::Tensor weights = network_.parameters().weights();
    EpochColumns& rows = record_.epochs;
    rows.epoch.push_back(schedule_.epochs(progress_));
    rows.step.push_back(progress_.step);
    rows.examples.push_back(progress_.examples);
    rows.train_loss.push_back(train.loss);
    rows.train_accuracy.push_back(train.accuracy);
    rows.validation_loss.push_back(validation.loss);
    rows.validation_accuracy.push_back(validation.accuracy);
    rows.test_loss.push_back(test.loss);
    rows.test_accuracy.push_back(test.accuracy);
    rows.weight_norm.push_back(l2_norm(weights));
    rows.distance_from_start.push_back(l2_norm(weights - initial_weights_));

    std::int64_t memory = 0;
    for (const std::string& text :
         communicator_.gather(fmt::format("{}", peak_memory(options_.device())))) {
        memory = std::max<std::int64_t>(memory, std::stoll(text));
    }
    const double training = training_seconds_ - row_training_seconds_;
    const double examples = static_cast<double>(progress_.examples - row_examples_);
    rows.peak_memory_bytes.push_back(memory);
    rows.training_seconds.push_back(training);
    rows.communication_seconds.push_back(communicator_.seconds() - row_communication_seconds_);
    rows.examples_per_second.push_back(training > 0 ? examples / training : unknown);
    rows.evaluation_seconds.push_back(unknown);
    row_training_seconds_ = training_seconds_;
    row_communication_seconds_ = communicator_.seconds();
    row_examples_ = progress_.examples;
    validation_rows_ = validation_multiple();
}

/// A stop rule on validation figures may end a run between epochs; its last row holds all figures.
void Trainer::complete_last_row() {
    const auto start = std::chrono::steady_clock::now();
    const SplitFigures train = evaluate_split(network_, data_.train, communicator_);
    const SplitFigures test = evaluate_split(network_, data_.test, communicator_);
    EpochColumns& rows = record_.epochs;
    rows.train_loss.back() = train.loss;
    rows.train_accuracy.back() = train.accuracy;
    rows.test_loss.back() = test.loss;
    rows.test_accuracy.back() = test.accuracy;
    rows.evaluation_seconds.back() +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    notice_divergence();
}

void Trainer::notice_divergence() {
    if (!std::isfinite(record_.epochs.train_loss.back()) && progress_.step > 0) {
        end(RunStatus::diverged,
            fmt::format(
                "the training loss was not finite at the evaluation after step {}; the last "
                "finite loss was {:.6g}",
                progress_.step, record_.steps.train_loss.back()));
    }
}

std::string Trainer::stop_rule_reached() const {
    const StopSettings& stop = settings_.training.stop;
    const EpochColumns& rows = record_.epochs;
    if (stop.train_loss_below && rows.train_loss.back() < *stop.train_loss_below) {
        return fmt::format("stop rule: train loss below {}", *stop.train_loss_below);
    }
    if (stop.train_accuracy_above && rows.train_accuracy.back() > *stop.train_accuracy_above) {
        return fmt::format("stop rule: train accuracy above {}", *stop.train_accuracy_above);
    }
    // A split of no examples has NaN losses, which never are lowest: the rule would fire at once.
    if (stop.plateau_epochs && !std::isnan(rows.validation_loss.back())) {
        const auto lowest =
            std::min_element(rows.validation_loss.begin(), rows.validation_loss.end());
        const auto at = static_cast<std::size_t>(lowest - rows.validation_loss.begin());
        if (rows.epoch.back() - rows.epoch[at] >= static_cast<double>(*stop.plateau_epochs)) {
            return fmt::format("stop rule: no lower validation loss for {} epochs",
                               *stop.plateau_epochs);
        }
    }
    return {};
}

void Trainer::judge_collapse() {
    const auto& losses = record_.epochs.train_loss;
    double lowest = losses.back();
    for (const double loss : losses) {
        lowest = std::fmin(lowest, loss);
    }
    record_.collapsed =
        losses.back() > 0.9 * data_.constant_prediction_loss || losses.back() > 3.0 * lowest;
}

}  // namespace batchscope
