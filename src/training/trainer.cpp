#include "training/trainer.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <new>
#include <thread>

#include "communication/cuda_device.hpp"
#include "core/fault_injection.hpp"
#include "core/process_memory.hpp"
#include "core/stop_request.hpp"
#include "measures/evaluation.hpp"
#include "training/run_check.hpp"

namespace batchscope {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// Steps between fetches of step figures: on the CPU they are at hand, a GPU should not wait for the
// host.
constexpr std::int64_t steps_per_fetch_on_gpu = 32;

double l2_norm(const at::Tensor& values) {
    return values.to(at::kDouble).norm().item<double>();
}

std::int64_t peak_memory(const at::Device& device) {
    if (device.is_cuda()) {
        return peak_device_memory(device.index());
    }
    return peak_process_memory();
}

/// Breaks this rank in the way BATCHSCOPE_FAULT asks for; for tests.
void inject_faults(int rank, std::int64_t step, const at::Tensor& weights) {
    if (fault_requested("throw", rank, step)) {
        throw run_time_error(fmt::format("injected failure at step {}", step),
                             "unset BATCHSCOPE_FAULT");
    }
    if (fault_requested("allocate", rank, step)) {
        throw std::bad_alloc();
    }
    if (fault_requested("flip", rank, step)) {
        weights[0].add_(1.0);
    }
    while (fault_requested("hang", rank, step)) {
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
}

}  // namespace

Trainer::Trainer(const RunSettings& settings, const DeviceData& data, Communicator& communicator,
                 const at::TensorOptions& options, RunRecord record, Events events)
    : settings_(settings),
      data_(data),
      communicator_(communicator),
      options_(options),
      record_(std::move(record)),
      events_(std::move(events)),
      network_(describe_network(settings.model, data.example_shape,
                                data.task == Task::classification ? data.classes : 1),
               settings.batch_norm, data.task, extra_cells, options),
      schedule_(settings.training, data.train.size()),
      rate_(settings.training, data.train.size(), schedule_.total_examples()),
      optimizer_(make_optimizer(scaled_optimizer(settings.training), network_.parameters())),
      log_(options.device().is_cpu() ? 1 : steps_per_fetch_on_gpu, options.device()) {
    network_.parameters().initialise(settings.training.seed);
    initial_weights_ = network_.parameters().weights().clone();
}

RunRecord Trainer::run() {
    row_communication_seconds_ = communicator_.seconds();
    verify_replicas(record_.environment.initial_weights_checksum);
    evaluate(true);
    while (record_.status == RunStatus::running) {
        const bool began = train_step();
        const bool over =
            !began || schedule_.next_batch(progress_) == 0 || seconds_fraction() >= 1.0;
        const std::int64_t every = settings_.evaluate.every_epochs;
        const bool epoch_due = progress_.position == 0 && every > 0 && progress_.epoch % every == 0;
        const bool due = epoch_due || over || evaluation_due();
        if ((log_.full() || due) && !finish_steps()) {
            break;
        }
        if (!due) {
            continue;
        }
        const bool all_splits = epoch_due || over;
        evaluate(all_splits);
        if (record_.status == RunStatus::running && (stop_rule_reached() || over)) {
            if (!all_splits) {
                complete_last_row();
            }
            if (record_.status == RunStatus::running) {
                end(RunStatus::complete, record_.reason);
            }
        }
    }
    if (record_.status == RunStatus::complete) {
        judge_collapse();
        store_weights();
    }
    verify_replicas(record_.environment.final_weights_checksum);
    events_.recorded(record_, true);
    return std::move(record_);
}

bool Trainer::train_step() {
    const std::int64_t batch = schedule_.next_batch(progress_);
    if (batch == 0) {
        return false;
    }
    const auto start = std::chrono::steady_clock::now();
    inject_faults(communicator_.rank(), progress_.step, network_.parameters().weights());
    const auto chunks = make_chunks(batch);
    const double rate = rate_.at(progress_.examples, batch, seconds_fraction());
    const at::Tensor loss_sum = network_.forward_backward(
        chunks, {settings_.training.seed, progress_.step, batch}, communicator_);

    Parameters& parameters = network_.parameters();
    const at::Tensor extra = parameters.extra();
    const Share share = share_of(batch, communicator_.rank(), communicator_.size());
    extra[loss_sum_cell].copy_(loss_sum);
    extra[stop_votes_cell].fill_(stop_signal() != 0 ? 1.0 : 0.0);
    extra[elapsed_cell].fill_(communicator_.rank() == 0 ? elapsed_ : 0.0);
    if (share.size() > 0) {
        const at::Tensor gradients = parameters.gradients();
        extra[share_gradient_cell].copy_(at::dot(gradients, gradients).div_(share.size()));
    } else {
        extra[share_gradient_cell].zero_();
    }
    communicator_.sum(parameters.gradients_and_extra());
    const at::Tensor norms = optimizer_->update(parameters, rate, static_cast<double>(batch));

    progress_ = schedule_.after(progress_, batch);
    const std::int64_t shares = std::min<std::int64_t>(batch, communicator_.size());
    log_.add({progress_.step, progress_.examples, batch, shares, rate}, extra, norms);
    elapsed_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return true;
}

bool Trainer::finish_steps() {
    if (log_.empty()) {
        return true;
    }
    const auto start = std::chrono::steady_clock::now();
    communicator_.synchronize();
    elapsed_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double before = training_seconds_;
    training_seconds_ = elapsed_;
    const auto fetched = log_.fetch(record_.steps, training_seconds_ - before);
    agreed_elapsed_ = fetched.elapsed;
    if (!fetched.finite) {
        const auto& losses = record_.steps.train_loss;
        const double last_finite = losses.size() > 1 ? losses[losses.size() - 2] : unknown;
        end(RunStatus::diverged, fmt::format("the training loss was not finite at step {} (epoch "
                                             "{:.4g}); the last finite loss was {:.6g}",
                                             record_.steps.step.back(),
                                             static_cast<double>(record_.steps.examples.back()) /
                                                 static_cast<double>(data_.train.size()),
                                             last_finite));
        return false;
    }
    if (fetched.stop_requested) {
        end(RunStatus::stopped, fmt::format("stopped on request after step {}", progress_.step));
        return false;
    }
    const auto& steps = record_.steps;
    events_.progressed({fraction_done(), schedule_.epochs(progress_), progress_.step,
                        steps.train_loss.back(),
                        static_cast<double>(progress_.examples) / training_seconds_, false});
    return true;
}

void Trainer::evaluate(bool all_splits) {
    const auto start = std::chrono::steady_clock::now();
    estimate_population(network_, data_.train, communicator_);
    const SplitFigures train = all_splits ? evaluate_split(network_, data_.train, communicator_)
                                          : SplitFigures{unknown, unknown};
    const SplitFigures validation = evaluate_split(network_, data_.validation, communicator_);
    const SplitFigures test = all_splits ? evaluate_split(network_, data_.test, communicator_)
                                         : SplitFigures{unknown, unknown};
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
    rows.evaluation_seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    row_training_seconds_ = training_seconds_;
    row_communication_seconds_ = communicator_.seconds();
    row_examples_ = progress_.examples;
    validation_rows_ = validation_multiple();

    std::vector<std::string> checksums;
    verify_replicas(checksums);
    if (all_splits) {
        notice_divergence();
    }
    events_.progressed(
        {fraction_done(), rows.epoch.back(), progress_.step, train.loss,
         training_seconds_ > 0 ? static_cast<double>(progress_.examples) / training_seconds_ : 0,
         true});
    events_.recorded(record_, false);
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

bool Trainer::stop_rule_reached() {
    const StopSettings& stop = settings_.training.stop;
    const EpochColumns& rows = record_.epochs;
    if (stop.train_loss_below && rows.train_loss.back() < *stop.train_loss_below) {
        record_.reason = fmt::format("stop rule: train loss below {}", *stop.train_loss_below);
    } else if (stop.train_accuracy_above &&
               rows.train_accuracy.back() > *stop.train_accuracy_above) {
        record_.reason =
            fmt::format("stop rule: train accuracy above {}", *stop.train_accuracy_above);
    } else if (stop.plateau_epochs) {
        // A split of no examples has NaN losses, which never are lowest: the rule would fire at
        // once.
        const auto lowest =
            std::min_element(rows.validation_loss.begin(), rows.validation_loss.end());
        const auto at = static_cast<std::size_t>(lowest - rows.validation_loss.begin());
        if (!std::isnan(rows.validation_loss.back()) &&
            rows.epoch.back() - rows.epoch[at] >= static_cast<double>(*stop.plateau_epochs)) {
            record_.reason = fmt::format("stop rule: no lower validation loss for {} epochs",
                                         *stop.plateau_epochs);
        }
    }
    return !record_.reason.empty();
}

void Trainer::end(RunStatus status, const std::string& reason) {
    record_.status = status;
    record_.reason = reason;
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

void Trainer::store_weights() {
    const auto validation = predict_split(network_, data_.validation);
    const auto test = predict_split(network_, data_.test);
    record_.predictions = {validation.predicted_class, test.predicted_class, validation.loss,
                           test.loss};
    if (!settings_.output.final_weights) {
        return;
    }
    const auto store = [&](const std::string& name, const std::string& long_name,
                           const at::Tensor& tensor) {
        const at::Tensor host = tensor.cpu().contiguous();
        NamedArray array{name, long_name, host.sizes().vec(), {}};
        if (host.scalar_type() == at::kDouble) {
            const auto* data = host.const_data_ptr<double>();
            array.values = std::vector<double>(data, data + host.numel());
        } else {
            const auto* data = host.const_data_ptr<float>();
            array.values = std::vector<float>(data, data + host.numel());
        }
        record_.weights.push_back(std::move(array));
    };
    for (const Parameters::View& view : network_.parameters().views()) {
        store(view.shape.name, "final trainable parameter", view.weight);
    }
    for (const Network::Buffer& buffer : network_.buffers()) {
        store(buffer.name, "population statistic over the first training examples", buffer.values);
    }
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

std::vector<Chunk> Trainer::make_chunks(std::int64_t batch) {
    if (ordered_epoch_ != progress_.epoch) {
        const auto order =
            epoch_order(settings_.training.seed, progress_.epoch, data_.train.size());
        order_ = at::tensor(order, at::kLong).to(options_.device());
        ordered_epoch_ = progress_.epoch;
    }
    const Share share = share_of(batch, communicator_.rank(), communicator_.size());
    const std::int64_t size = micro_batch_of(settings_, share.size(), options_.device().is_cpu());
    std::vector<Chunk> chunks;
    for (std::int64_t first = share.begin; first < share.end; first += size) {
        const at::Tensor positions =
            order_.narrow(0, progress_.position + first, std::min(size, share.end - first));
        at::Tensor inputs = data_.train.inputs.index_select(0, positions);
        const auto& augmentation = settings_.data.augmentation;
        if (augmentation.crop_padding > 0 || augmentation.flip) {
            inputs = augment(inputs, augmentations(positions), data_.black);
        }
        if (fault_requested("nan", communicator_.rank(), progress_.step)) {
            inputs.fill_(unknown);
        }
        chunks.push_back({inputs, data_.train.targets.index_select(0, positions), first});
    }
    return chunks;
}

std::vector<Augmentation> Trainer::augmentations(const at::Tensor& positions) const {
    const at::Tensor host = positions.cpu();
    std::vector<Augmentation> result;
    for (std::int64_t i = 0; i < host.numel(); ++i) {
        const auto position = static_cast<std::size_t>(host.const_data_ptr<std::int64_t>()[i]);
        result.push_back(augmentation_of(settings_.data.augmentation, settings_.training.seed,
                                         progress_.epoch, data_.train_indices[position]));
    }
    return result;
}

std::int64_t Trainer::validation_multiple() const {
    const auto every = settings_.evaluate.validation_every_examples;
    return every ? progress_.examples / *every : 0;
}

bool Trainer::evaluation_due() const {
    return validation_multiple() > validation_rows_;
}

double Trainer::seconds_fraction() const {
    const auto budget = settings_.training.budget.seconds;
    return budget ? agreed_elapsed_ / *budget : 0.0;
}

double Trainer::fraction_done() const {
    const auto total = schedule_.total_examples();
    return total ? static_cast<double>(progress_.examples) /
                       static_cast<double>(std::max<std::int64_t>(1, *total))
                 : seconds_fraction();
}

}  // namespace batchscope
