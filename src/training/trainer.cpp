#include "training/trainer.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/not_finite.hpp"
#include "core/stop_request.hpp"
#include "measures/stored_tensor.hpp"
#include "optimizers/optimizers.hpp"
#include "training/evaluation_points.hpp"
#include "training/micro_batch.hpp"
#include "training/stop_rules.hpp"

namespace batchscope {

namespace {

// Steps between fetches of step metrics: on the CPU they are at hand, a GPU should not wait for the
// host; but a request to stop, seen at a fetch, should not wait long, either.
constexpr std::int64_t most_steps_per_fetch_on_gpu = 32;
constexpr double seconds_per_fetch = 0.5;

}  // namespace

Trainer::Trainer(const RunSettings& settings, const RunPlan& plan, const DeviceData& data,
                 Communicator& communicator, const at::TensorOptions& options, RunRecord record,
                 Events events)
    : settings_(settings),
      plan_(plan),
      data_(data),
      communicator_(communicator),
      options_(options),
      record_(std::move(record)),
      events_(std::move(events)),
      network_(plan.network, settings.batch_norm, data.task, extra_cells, options),
      optimizer_(make_optimizer(plan.optimizer, network_.parameters())),
      local_gradient_(settings, {settings, data, plan.micro_batch_size}, network_, communicator,
                      events_.hooks),
      log_(options.device().is_cpu() ? 1 : most_steps_per_fetch_on_gpu, data.train.size(),
           options.device()),
      clock_([&communicator] { return communicator.seconds(); }),
      checkpoint_timer_(settings.output.checkpoint_minutes) {
    record_.steps.shares_coupled = local_batches_are_coupled(settings);
    log_.fetch_after(1);  // until the time of a step is known
    network_.parameters().initialise(settings.training.seed);
    initial_weights_ = network_.parameters().weights().clone();
    if (measures_sharpness(settings)) {
        sharpness_examples_ = measured_examples(settings.sharpness, data.train);
        record_.sharpness =
            sharpness_description(settings.sharpness, sharpness_examples_, data.train_indices);
    }
}

RunRecord Trainer::run() {
    verify_replicas(record_.environment.initial_weights_checksum);
    checkpoint_timer_.restart();
    try {
        while (record_.status == RunStatus::running) {
            switch (phase_) {
                case RunPhase::training:
                    train();
                    break;
                case RunPhase::evaluation:
                    evaluate();
                    break;
                case RunPhase::sharpness:
                    measure_sharpness();
                    break;
                case RunPhase::closing:
                    close();
                    break;
            }
        }
    } catch (const AgreedStop&) {
        end(RunStatus::stopped,
            fmt::format("stopped on request in the {} after step {}",
                        phase_ == RunPhase::sharpness ? "measurement of sharpness" : "evaluation",
                        progress_.step));
    }
    if (record_.status == RunStatus::stopped) {
        save();
    }
    verify_replicas(record_.environment.final_weights_checksum);
    events_.recorded(record_, true);
    return std::move(record_);
}

/// Steps up to the next row, the next fetch of their metrics, or the end of the run.
void Trainer::train() {
    while (!over()) {
        clock_.train([this] { train_step(); });
        if (row_due() || sharpness_of_epoch_due() || log_.full()) {
            break;
        }
    }
    if (row_due()) {
        phase_ = RunPhase::evaluation;
    } else if (sharpness_of_epoch_due()) {
        phase_ = RunPhase::sharpness;
    }
    finish_steps();
    save_if_due();
}

void Trainer::train_step() {
    Parameters& parameters = network_.parameters();
    events_.hooks.before_step(progress_.step, parameters);
    const std::int64_t batch = plan_.schedule.next_batch(progress_);
    const double rate = plan_.learning_rate.at(progress_.examples, batch, seconds_fraction());
    const LocalGradient::Sums sums = local_gradient_.compute(progress_, batch);

    const at::Tensor extra = parameters.extra();
    extra[loss_sum_cell].copy_(sums.loss);
    extra[stop_votes_cell].fill_(stop_signal() != 0 ? 1.0 : 0.0);
    extra[elapsed_cell].fill_(communicator_.rank() == 0 ? clock_.training() : 0.0);
    extra[local_squares_cell].copy_(sums.squares);
    communicator_.sum(parameters.gradients_and_extra());
    const at::Tensor norms = optimizer_->update(parameters, rate, static_cast<double>(batch));

    progress_ = plan_.schedule.after(progress_, batch);
    log_.add({progress_.step, progress_.examples, batch, local_gradient_.groups_in(batch), rate},
             extra, norms);
}

void Trainer::finish_steps() {
    if (log_.empty()) {
        return;
    }
    clock_.train([this] { communicator_.synchronize(); });
    const double agreed_before = clock_.agreed();
    const StepColumns& steps = record_.steps;
    const auto steps_before = static_cast<double>(steps.step.size());
    const auto fetched = log_.fetch(record_.steps, clock_.fetch());
    clock_.agree(fetched.elapsed);
    log_.fetch_after((static_cast<double>(steps.step.size()) - steps_before) * seconds_per_fetch /
                     (clock_.agreed() - agreed_before));
    if (!fetched.finite) {
        const auto& losses = steps.train_loss;
        end(RunStatus::diverged,
            fmt::format("the training loss was not finite at step {} (epoch {:.4g}); the last "
                        "finite loss was {:.6g}",
                        steps.step.back(),
                        static_cast<double>(steps.examples.back()) /
                            static_cast<double>(data_.train.size()),
                        losses.size() > 1 ? losses[losses.size() - 2] : unknown));
        return;
    }
    if (fetched.stop_requested) {
        end(RunStatus::stopped, fmt::format("stopped on request after step {}", progress_.step));
        return;
    }
    events_.progressed({fraction_done(),
                        plan_.schedule.epochs(progress_),
                        progress_.step,
                        steps.train_loss.back(),
                        examples_per_second(),
                        false,
                        {}});
}

void Trainer::close() {
    if (std::isnan(record_.epochs.train_loss.back())) {  // a row of the validation split alone
        complete_last_row();
        if (record_.status != RunStatus::running) {
            return;
        }
    }
    const auto validation = predict_split(network_, data_.validation, communicator_);
    const auto test = predict_split(network_, data_.test, communicator_);
    record_.predictions = {
        validation.predicted_class, test.predicted_class, validation.loss, test.loss,
        validation.target,          test.target};
    if (settings_.output.weights == StoredWeights::final) {
        store_weights();
    }
    record_.collapsed = has_collapsed(record_.epochs, data_.constant_prediction_loss);
    end(RunStatus::complete, stop_rule_reached());
}

void Trainer::store_weights() {
    for (const Parameters::View& view : network_.parameters().views()) {
        record_.weights.push_back(
            stored_tensor(view.shape.name, "final trainable parameter", view.weight));
    }
    for (const Network::Buffer& buffer : network_.buffers()) {
        record_.weights.push_back(stored_tensor(
            buffer.name, "population statistic over the first training examples", buffer.values));
    }
}

void Trainer::end(RunStatus status, const std::string& reason) {
    record_.status = status;
    record_.reason = reason;
}

void Trainer::verify_replicas(std::vector<std::string>& checksums) {
    checksums = communicator_.gather(network_.parameters().checksum());
    for (std::size_t rank = 1; rank < checksums.size(); ++rank) {
        if (checksums[rank] != checksums.front()) {
            throw AgreedError(
                ExitCode::run_time,
                fmt::format("the weights of rank {} differ from those of rank 0 after step {} "
                            "(checksums {} and {})",
                            rank, progress_.step, checksums[rank], checksums.front()),
                "suspect the memory or GPU of that rank's host; start again on another node");
        }
    }
}

bool Trainer::over() const {
    return plan_.schedule.next_batch(progress_) == 0 || seconds_fraction() >= 1.0;
}

std::string Trainer::stop_rule_reached() const {
    return batchscope::stop_rule_reached(settings_.training.stop, record_.epochs);
}

/// Whether the run trains no further.
bool Trainer::ended() const {
    return over() || !stop_rule_reached().empty();
}

/// Whether the row after the last step holds the metrics of all splits.
bool Trainer::whole_row_due() const {
    const std::int64_t every = settings_.evaluate.every_epochs;
    const bool epoch_due = progress_.position == 0 && every > 0 && progress_.epoch % every == 0;
    return progress_.step == 0 || epoch_due || log_point_due() || over();
}

/// Whether the run has come to a point of `evaluate: {at: log}` since its last row.
bool Trainer::log_point_due() const {
    if (settings_.evaluate.at != EvaluationPoints::log) {
        return false;
    }
    const auto& rows = record_.epochs.examples;
    const auto within = [this](std::int64_t examples) {
        return log_points_within(examples, plan_.schedule.train_examples(),
                                 settings_.evaluate.factor);
    };
    return within(progress_.examples) > within(rows.empty() ? 0 : rows.back());
}

bool Trainer::row_due() const {
    if (progress_.step == 0) {
        return false;
    }
    const auto every = settings_.evaluate.validation_every_examples;
    const auto& rows = record_.epochs.examples;
    const bool validation_due =
        every && progress_.examples / *every > (rows.empty() ? 0 : rows.back() / *every);
    return whole_row_due() || validation_due;
}

double Trainer::seconds_fraction() const {
    const auto budget = settings_.training.budget.seconds;
    return budget ? clock_.agreed() / *budget : 0.0;
}

double Trainer::fraction_done() const {
    const auto total = plan_.schedule.total_examples();
    return total ? static_cast<double>(progress_.examples) /
                       static_cast<double>(std::max<std::int64_t>(1, *total))
                 : seconds_fraction();
}

/// Since the start of the run; 0 before its first step.
double Trainer::examples_per_second() const {
    return clock_.fetched() > 0 ? static_cast<double>(progress_.examples) / clock_.fetched() : 0.0;
}

}  // namespace batchscope
