#include <ATen/ATen.h>
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <csignal>

#include "core/fault_injection.hpp"
#include "training/trainer.hpp"

// When and how a run measures sharpness. Measures leave weights, optimizer and rows as they are:
// training is the same, bit for bit, with them or without.
namespace batchscope {

/// Whether the epoch that has just ended (0: training has not begun) is one to measure after.
bool Trainer::sharpness_of_epoch_due() const {
    const std::int64_t every = settings_.sharpness.every_epochs;
    const auto& rows = record_.sharpness.rows;
    return measures_sharpness(settings_) && every > 0 && progress_.position == 0 &&
           progress_.epoch % every == 0 && (rows.empty() || rows.back().step != progress_.step);
}

/// After an evaluation.
RunPhase Trainer::phase_after_row() const {
    const bool end_due = measures_sharpness(settings_) && settings_.sharpness.at_end && ended();
    if (sharpness_of_epoch_due() || end_due) {
        return RunPhase::sharpness;
    }
    return ended() ? RunPhase::closing : RunPhase::training;
}

void Trainer::measure_sharpness() {
    const auto start = std::chrono::steady_clock::now();
    const double communication_before = communicator_.seconds();
    if (!measurement_) {
        begin_measurement();
    }
    if (fault_requested("stop_sharpness", communicator_.rank(), progress_.step) &&
        measurement_->present() == settings_.sharpness.measures.back()) {
        std::raise(SIGUSR1);
    }
    events_.progressed({fraction_done(), schedule_.epochs(progress_), progress_.step,
                        record_.epochs.train_loss.back(), 0, false, measurement_->present()});
    measurement_->advance();
    sharpness_seconds_ +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    row_communication_seconds_ += communicator_.seconds() - communication_before;

    const auto loss = measurement_->values().find("loss");
    if (loss != measurement_->values().end() && !std::isfinite(loss->second.front())) {
        measurement_.reset();
        end(RunStatus::diverged, fmt::format("the training loss was not finite where sharpness was "
                                             "to be measured, after step {}",
                                             progress_.step));
        return;
    }
    if (measurement_->finished()) {
        add_sharpness_row();
        phase_ = ended() ? RunPhase::closing : RunPhase::training;
        events_.recorded(record_, false);
    }
    save_if_due();
}

void Trainer::begin_measurement() {
    // After an evaluation the population statistics are those of these weights already.
    if (record_.epochs.step.empty() || record_.epochs.step.back() != progress_.step) {
        estimate_population(network_, data_.train, communicator_);
    }
    sharpness_seconds_ = 0;
    measurement_.emplace(settings_, network_, sharpness_examples_, data_.train, communicator_);
}

void Trainer::add_sharpness_row() {
    SharpnessRow row{schedule_.epochs(progress_), progress_.step, measurement_->values()};
    row.values["seconds"] = {sharpness_seconds_};
    record_.sharpness.rows.push_back(std::move(row));
    measurement_.reset();
}

}  // namespace batchscope
