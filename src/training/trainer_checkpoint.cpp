#include <ATen/ATen.h>

#include "measures/stored_tensor.hpp"
#include "training/trainer.hpp"

// What a run saves and how it goes on from there.
namespace batchscope {

namespace {

const std::string sharpness_prefix = "sharpness.";
// Beside the state of the measurement, not in it.
const std::string seconds_of_earlier_versions = "sharpness_seconds";

}  // namespace

Checkpoint Trainer::checkpoint() {
    Checkpoint checkpoint{phase_, clock_.communication_since_row(), record_};
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
        } else if (array.name == seconds_of_earlier_versions) {
            measurement.push_back(array);
            measurement.back().name = "seconds_so_far";
        }
    }
    if (!measurement.empty()) {
        // The population statistics are those that it began with.
        measurement_.emplace(settings_, network_, sharpness_examples_, data_.train, communicator_);
        measurement_->restore(measurement);
    }
    const StepColumns& steps = record_.steps;
    if (!steps.step.empty()) {
        progress_ = plan_.schedule.progress(steps.step.back(), steps.examples.back());
    }
    clock_.resume(steps, record_.epochs, checkpoint.communication_seconds);
}

void Trainer::save() {
    checkpoint_timer_.restart();
    if (communicator_.rank() == 0) {
        events_.saved(checkpoint());
    }
}

/// Rank 0's clock decides: it alone writes, the others wait for it in the next sum.
void Trainer::save_if_due() {
    if (record_.status == RunStatus::running && log_.empty() && checkpoint_timer_.due()) {
        save();
    }
}

}  // namespace batchscope
