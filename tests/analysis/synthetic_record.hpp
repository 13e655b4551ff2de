#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <string>

#include "core/random.hpp"
#include "results/run_record.hpp"

namespace batchscope {

/// What is true of every run of a synthetic study.
struct SyntheticTruth {
    double minimum_steps = 100;   ///< to the target loss, for batches without end
    double critical_batch = 256;  ///< of the curve of steps, in examples
    double step_noise = 0.02;     ///< standard deviation of ln steps over runs
    /// Final accuracies: this at batch size 16, and so much more for each doubling.
    double accuracy = 0.85, accuracy_per_doubling = 0;
    double seed_noise = 0.004;  ///< standard deviation over seeds, shared by all batch sizes
    double run_noise = 0.002;   ///< of each run alone
    std::int64_t train_examples = 20000;
    std::int64_t epochs = 10;
    std::int64_t steps_per_row = 8;  ///< rows of /steps for each row of /epochs
};

/// The finished run (batch size, seed) of a study with this truth; `repetition` draws new noise for
/// all of its runs. Losses fall from 2.3 as exp(-step / scale) to 0.2, where the scale follows
/// minimum_steps (1 + critical_batch / batch_size).
inline RunRecord synthetic_record(const SyntheticTruth& truth, std::int64_t batch_size,
                                  std::uint64_t seed, std::uint64_t repetition = 0) {
    const auto batch = static_cast<double>(batch_size);
    const double doublings = std::log2(batch / 16);
    const RandomStream of_seed(repetition, RandomPurpose::probe, seed);
    const RandomStream of_run(repetition, RandomPurpose::probe, seed,
                              static_cast<std::uint64_t>(batch_size));
    RunRecord run;
    run.status = RunStatus::complete;
    run.study = "synthetic";
    run.program_version = "0.1.0";
    run.batch_size = batch_size;
    run.seed = seed;
    run.learning_rate = 0.01;
    run.learning_rate_scaling = "none";
    run.configuration_hash = fmt::format("{:016x}", static_cast<std::uint64_t>(batch_size));
    run.data_hash = "0123456789abcdef";
    run.configuration = fmt::format(
        "study: synthetic\ntraining:\n  batch_size: {}\n  schedule: constant\n  seed: {}\n",
        batch_size, seed);
    run.environment.hosts = {"node1", "node1"};
    run.environment.device_names = {"CPU", "CPU"};
    const double scale = truth.minimum_steps * (1 + truth.critical_batch / batch) *
                         std::exp(truth.step_noise * of_run.normal(0)) / 3;
    const double accuracy = truth.accuracy + truth.accuracy_per_doubling * doublings +
                            truth.seed_noise * of_seed.normal(0) +
                            truth.run_noise * of_run.normal(1);
    const double train_accuracy =
        accuracy + 0.05 + truth.run_noise * (of_run.normal(2) - of_run.normal(1));
    const double steps_per_epoch = static_cast<double>(truth.train_examples) / batch;
    for (std::int64_t epoch = 0; epoch <= truth.epochs; ++epoch) {
        const auto step =
            static_cast<std::int64_t>(std::ceil(static_cast<double>(epoch) * steps_per_epoch));
        const double loss = 0.2 + 2.1 * std::exp(-static_cast<double>(step) / scale);
        const double share = 1 - std::exp(-static_cast<double>(step) / scale);
        run.epochs.epoch.push_back(static_cast<double>(epoch));
        run.epochs.step.push_back(step);
        run.epochs.examples.push_back(epoch * truth.train_examples);
        run.epochs.train_loss.push_back(loss);
        run.epochs.validation_loss.push_back(loss + 0.1 * share);
        run.epochs.test_loss.push_back(loss + 0.12 * share);
        const bool is_last = epoch == truth.epochs;
        run.epochs.train_accuracy.push_back(is_last ? train_accuracy : 0.1 + 0.7 * share);
        run.epochs.validation_accuracy.push_back(is_last ? accuracy : 0.1 + 0.7 * share);
        run.epochs.test_accuracy.push_back(is_last ? accuracy - 0.005 : 0.1 + 0.69 * share);
        run.epochs.weight_norm.push_back(10);
        run.epochs.distance_from_start.push_back(static_cast<double>(epoch));
        run.epochs.training_seconds.push_back(epoch == 0 ? 0 : steps_per_epoch * 0.002);
        run.epochs.evaluation_seconds.push_back(0.1);
        run.epochs.communication_seconds.push_back(0.01);
        run.epochs.examples_per_second.push_back(batch / 0.002);
        run.epochs.peak_memory_bytes.push_back(100'000'000 + 1000 * batch_size);
    }
    const std::int64_t rows = truth.epochs * truth.steps_per_row;
    for (std::int64_t row = 1; row <= rows; ++row) {
        const std::int64_t step = run.epochs.step.back() * row / rows;
        run.steps.step.push_back(step);
        run.steps.examples.push_back(step * batch_size);
        run.steps.batch_examples.push_back(batch_size);
        run.steps.train_loss.push_back(0.2 + 2.1 * std::exp(-static_cast<double>(step) / scale) +
                                       of_run.normal(static_cast<std::uint64_t>(row) + 2) /
                                           std::sqrt(batch));
        run.steps.learning_rate.push_back(0.01);
        run.steps.gradient_norm.push_back(1);
        run.steps.update_norm.push_back(0.01);
        run.steps.seconds.push_back(0.002);
        run.steps.share_gradient_square_sum.push_back(batch + truth.critical_batch);
        run.steps.shares.push_back(2);
        run.steps.gradient_covariance_trace.push_back(truth.critical_batch);
        run.steps.gradient_square.push_back(1);
    }
    return run;
}

/// The file name that batchscope-train gives it.
inline std::string synthetic_file(const RunRecord& run) {
    return fmt::format("batch_size-{}_seed-{}.h5", run.batch_size, run.seed);
}

}  // namespace batchscope
