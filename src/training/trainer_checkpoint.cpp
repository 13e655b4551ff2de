#include <ATen/ATen.h>

#include <chrono>
#include <numeric>
#include <ratio>

#include "measures/stored_numbers.hpp"
#include "measures/stored_tensor.hpp"
#include "training/trainer.hpp"

// What a run saves and how it goes on from there.
namespace batchscope {

namespace {

const std::string sharpness_prefix = "sharpness.";

}  // namespace

Checkpoint Trainer::checkpoint() {
    Checkpoint checkpoint{phase_, communicator_.seconds() - row_communication_seconds_, record_};
    checkpoint.record.data = {};  // its hash is there; the data are where they were
    std::vector<NamedArray>& state = checkpoint.record.weights;
    state = {stored_tensor("weights", "trainable parameters", network_.parameters().weights())};
    for (const Network::Buffer& buffer : network_.buffers()) {
        state.push_back(stored_tensor(buffer.name, "population statistic", buffer.values));
    }
    for (const Optimizer::State& part : optimizer_->state()) {
        state.push_back(stored_tensor(part.name, "state of the optimizer", part.values));
    }
    if (measurement_) {
        state.push_back(stored_numbers("sharpness_seconds", "seconds of measuring so far",
                                       {sharpness_seconds_}));
        for (NamedArray& array : measurement_->state()) {
            array.name = sharpness_prefix + array.name;
            state.push_back(std::move(array));
        }
    }
    return checkpoint;
}

void Trainer::resume(const Checkpoint& checkpoint) {
    record_.steps = checkpoint.record.steps;
    record_.epochs = checkpoint.record.epochs;
    record_.sharpness.rows = checkpoint.record.sharpness.rows;
    phase_ = checkpoint.phase;
    const std::vector<NamedArray>& state = checkpoint.record.weights;
    restore_tensor(state, "weights", network_.parameters().weights());
    for (const Network::Buffer& buffer : network_.buffers()) {
        restore_tensor(state, buffer.name, buffer.values);
    }
    for (const Optimizer::State& part : optimizer_->state()) {
        restore_tensor(state, part.name, part.values);
    }
    std::vector<NamedArray> measurement;
    for (const NamedArray& array : state) {
        if (array.name.starts_with(sharpness_prefix)) {
            measurement.push_back(array);
            measurement.back().name.erase(0, sharpness_prefix.size());
        }
    }
    if (!measurement.empty()) {
        // The population statistics are those that it began with.
        measurement_.emplace(settings_, network_, sharpness_examples_, data_.train, communicator_);
        measurement_->restore(measurement);
        sharpness_seconds_ = restored_numbers(state, "sharpness_seconds", 1).front();
    }
    const StepColumns& steps = record_.steps;
    const EpochColumns& rows = record_.epochs;
    if (!steps.step.empty()) {
        progress_ = schedule_.progress(steps.step.back(), steps.examples.back());
    }
    elapsed_ = std::accumulate(steps.seconds.begin(), steps.seconds.end(), 0.0);
    agreed_elapsed_ = training_seconds_ = elapsed_;
    row_training_seconds_ =
        std::accumulate(rows.training_seconds.begin(), rows.training_seconds.end(), 0.0);
    row_examples_ = rows.examples.empty() ? 0 : rows.examples.back();
    row_communication_seconds_ = communicator_.seconds() - checkpoint.communication_seconds;
    const auto every = settings_.evaluate.validation_every_examples;
    validation_rows_ = every ? row_examples_ / *every : 0;
}

void Trainer::save() {
    saved_at_ = std::chrono::steady_clock::now();
    if (communicator_.rank() == 0) {
        events_.saved(checkpoint());
    }
}

/// Rank 0's clock decides: it alone writes, the others wait for it in the next sum.
void Trainer::save_if_due() {
    const std::chrono::duration<double, std::ratio<60>> interval(
        settings_.output.checkpoint_minutes);
    if (interval.count() > 0 && record_.status == RunStatus::running && log_.empty() &&
        std::chrono::steady_clock::now() - saved_at_ >= interval) {
        save();
    }
}

}  // namespace batchscope
