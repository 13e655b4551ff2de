#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "communication/cuda_device.hpp"
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
    const Stopwatch watch;
    const bool all_splits = whole_row_due();
    events_.hooks.before_evaluation(progress_.step);
    estimate_population(network_, data_.train, communicator_);
    const SplitMetrics train = all_splits ? evaluate_split(network_, data_.train, communicator_)
                                          : SplitMetrics{unknown, unknown};
    const SplitMetrics validation = evaluate_split(network_, data_.validation, communicator_);
    const SplitMetrics test = all_splits ? evaluate_split(network_, data_.test, communicator_)
                                         : SplitMetrics{unknown, unknown};
    add_row(train, validation, test);
    record_.epochs.evaluation_seconds.back() = watch.seconds();
    std::vector<std::string> checksums;
    verify_replicas(checksums);
    phase_ = phase_after_row();
    if (all_splits) {
        notice_divergence();
    }
    events_.progressed({fraction_done(),
                        record_.epochs.epoch.back(),
                        progress_.step,
                        train.loss,
                        examples_per_second(),
                        true,
                        {}});
    events_.recorded(record_, false);
    save_if_due();
}

void Trainer::add_row(const SplitMetrics& train, const SplitMetrics& validation,
                      const SplitMetrics& test) {
    const at::Tensor weights = network_.parameters().weights();
    EpochColumns& rows = record_.epochs;
    const std::int64_t examples =
        progress_.examples - (rows.examples.empty() ? 0 : rows.examples.back());
    rows.epoch.push_back(plan_.schedule.epochs(progress_));
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
    rows.peak_memory_bytes.push_back(memory);
    clock_.add_to_row(rows);
    const double seconds = rows.training_seconds.back();
    rows.examples_per_second.push_back(seconds > 0 ? static_cast<double>(examples) / seconds
                                                   : unknown);
    rows.evaluation_seconds.push_back(unknown);
}

/// A stop rule on validation metrics may end a run between epochs; its last row holds all metrics.
void Trainer::complete_last_row() {
    const Stopwatch watch;
    const SplitMetrics train = evaluate_split(network_, data_.train, communicator_);
    const SplitMetrics test = evaluate_split(network_, data_.test, communicator_);
    EpochColumns& rows = record_.epochs;
    rows.train_loss.back() = train.loss;
    rows.train_accuracy.back() = train.accuracy;
    rows.test_loss.back() = test.loss;
    rows.test_accuracy.back() = test.accuracy;
    rows.evaluation_seconds.back() += watch.seconds();
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

}  // namespace batchscope
