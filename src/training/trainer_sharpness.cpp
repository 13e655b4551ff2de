#include <ATen/ATen.h>
#include <fmt/format.h>

#include <cmath>

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
    if (!measurement_) {
        clock_.leave_out([this] { begin_measurement(); });
    }
    events_.hooks.before_measuring(progress_.step, measurement_->present());
    events_.progressed({fraction_done(), plan_.schedule.epochs(progress_), progress_.step,
                        record_.epochs.train_loss.back(), 0, false, measurement_->present()});
    clock_.leave_out([this] { measurement_->advance(); });

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
    measurement_.emplace(settings_, network_, sharpness_examples_, data_.train, communicator_);
}

void Trainer::add_sharpness_row() {
    record_.sharpness.rows.push_back(
        {plan_.schedule.epochs(progress_), progress_.step, measurement_->values()});
    measurement_.reset();
}

}  // namespace batchscope
