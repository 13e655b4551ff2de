#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "results/run_record.hpp"
#include "temporary_folder.hpp"

namespace batchscope {

/// Some columns with all that a reader may learn of them, and the dimensions that they need.
inline void describe_examples(SharpnessRecord& sharpness) {
    sharpness.dimensions = {{"k", "rank of an eigenvalue, 1 is the largest"},
                            {"smallest_k", "rank of an eigenvalue, 1 is the smallest"},
                            {"density_point", "number of a point of the spectral density"},
                            {"epsilon", "size of the box of Keskar's metric", false},
                            {"iteration", "iterations of projected L-BFGS; 0 is the start"},
                            {"direction", "number of a random direction"},
                            {"slice_position", "distance along a direction", false}};
    const std::vector<std::string> by_k{"k"};
    sharpness.columns = {
        {.name = "seconds", .units = "s", .long_name = "wall time", .is_volatile = true},
        {.name = "loss", .long_name = "mean loss"},
        {.name = "eigenvalue",
         .long_name = "largest eigenvalues",
         .dimensions = by_k,
         .headline = {"top_eigenvalue", "top eigenvalue", 10},
         .certified_by = "eigenvalue_converged"},
        {.name = "eigenvalue_residual",
         .long_name = "norm of H v - lambda v",
         .dimensions = by_k,
         .headline = {"top_eigenvalue_residual", "residual"},
         .error_of = "eigenvalue"},
        {.name = "eigenvalue_converged", .long_name = "1 or 0", .dimensions = by_k},
        {.name = "smallest_eigenvalue",
         .long_name = "smallest eigenvalues",
         .dimensions = {"smallest_k"}},
        {.name = "trace", .long_name = "trace"},
        {.name = "density_position", .long_name = "position", .dimensions = {"density_point"}},
        {.name = "density", .long_name = "density", .dimensions = {"density_point"}},
        {.name = "keskar_full",
         .long_name = "Keskar's metric",
         .dimensions = {"epsilon"},
         .headline = {"keskar_full", "full space", 50},
         .refuted_by = "keskar_full_at_start"},
        {.name = "keskar_full_by_iteration",
         .long_name = "by iteration",
         .dimensions = {"epsilon", "iteration"}},
        {.name = "sam_sharpness",
         .long_name = "worst case",
         .headline = {"sam_sharpness", "plain", 80},
         .counts_above = 0.0},
        {.name = "slice_loss",
         .long_name = "loss along a direction",
         .dimensions = {"direction", "slice_position"}},
    };
}

/// Two rows, the first with fewer columns; every dimension but those of the density occurs.
inline SharpnessRecord example_sharpness() {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    SharpnessRecord sharpness;
    describe_examples(sharpness);
    sharpness.settings = {{"seed", std::int64_t{3}},
                          {"eigenvalues.tolerance", 1e-3},
                          {"box", std::string("ε (|x| + 1)")}};
    sharpness.scales = {{"k", {1, 2}},
                        {"smallest_k", {1}},
                        {"epsilon", {1e-3, 5e-4}},
                        {"iteration", {0, 1, 2}},
                        {"direction", {1}},
                        {"slice_position", {-1.0, 0.0, 1.0}}};
    SharpnessRow first;
    first.epoch = 0.5;
    first.step = 3;
    first.values = {{"loss", {1.25}},
                    {"eigenvalue", {7.5, nan}},
                    {"eigenvalue_residual", {0.001, nan}},
                    {"eigenvalue_converged", {1, 0}}};
    SharpnessRow last = first;
    last.epoch = 2;
    last.step = 6;
    last.values["eigenvalue"] = {9.5, 3.25};
    last.values["smallest_eigenvalue"] = {-0.5};
    last.values["seconds"] = {0.75};
    last.values["keskar_full"] = {12.5, 3.5};
    last.values["keskar_full_by_iteration"] = {0, 10, 12.5, 0, 3, 3.5};
    last.values["slice_loss"] = {4, 1.25, 5};
    sharpness.rows = {first, last};
    return sharpness;
}

/// A finished run with `steps` steps and one row per epoch 0 ... `epochs`; every field has its own
/// value.
inline RunRecord example_run(std::int64_t steps = 6, std::int64_t epochs = 2) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    RunRecord run;
    run.status = RunStatus::complete;
    run.study = "Größe-λ-研究";
    run.program_version = "0.1.0";
    run.batch_size = 64;
    run.seed = std::numeric_limits<std::uint64_t>::max();
    run.learning_rate = 0.1;
    run.learning_rate_scaling = "linear";
    run.configuration_hash = "0123456789abcdef";
    run.data_hash = "fedcba9876543210";
    run.axes = {{"training.learning_rate_scaling", std::string("linear")},
                {"training.optimizer.momentum", 0.9},
                {"training.warmup_epochs", std::int64_t{1}}};
    run.configuration = "study: Größe-λ-研究\ntraining:\n  batch_size: 64\n  seed: 1\n";
    run.data.mean = {0.25};
    run.data.standard_deviation = {0.5};
    run.data.train_indices = {0, 2, 3};
    run.data.validation_indices = {1, 4};
    run.data.test_indices = {0};
    run.environment.hosts = {"node1", "node2"};
    run.environment.device_names = {"CPU", "CPU"};
    run.environment.device_ids = {"", "uuid-2"};
    run.environment.affinities = {"0-1", "2-3"};
    run.environment.threads = {2, 2};
    run.environment.initial_weights_checksum = {"a", "a"};
    run.environment.final_weights_checksum = {"b", "b"};
    run.environment.text = {{"HDF5 version", "1.10.8"}, {"TF32", "off"}};
    for (std::int64_t step = 1; step <= steps; ++step) {
        const auto x = static_cast<double>(step);
        run.steps.step.push_back(step);
        run.steps.examples.push_back(step * 64);
        run.steps.batch_examples.push_back(64);
        run.steps.train_loss.push_back(2.0 / x);
        run.steps.learning_rate.push_back(0.01 * x);
        run.steps.gradient_norm.push_back(1.0 + x);
        run.steps.update_norm.push_back(0.1 + x);
        run.steps.seconds.push_back(0.001 * x);
        run.steps.share_gradient_square_sum.push_back(3.0 * x);
        run.steps.shares.push_back(2);
        run.steps.gradient_covariance_trace.push_back(5.0 * x);
        run.steps.gradient_square.push_back(step % 2 == 0 ? -0.5 : nan);
    }
    for (std::int64_t epoch = 0; epoch <= epochs; ++epoch) {
        const auto x = static_cast<double>(epoch);
        const std::int64_t step = epochs == 0 ? 0 : epoch * steps / epochs;
        run.epochs.epoch.push_back(x);
        run.epochs.step.push_back(step);
        run.epochs.examples.push_back(step * 64);
        run.epochs.train_loss.push_back(2.3 - 0.5 * x);
        run.epochs.train_accuracy.push_back(0.1 + 0.2 * x);
        run.epochs.validation_loss.push_back(2.4 - 0.5 * x);
        run.epochs.validation_accuracy.push_back(0.09 + 0.2 * x);
        run.epochs.test_loss.push_back(epoch == 0 ? nan : 2.5 - 0.5 * x);
        run.epochs.test_accuracy.push_back(epoch == 0 ? nan : 0.08 + 0.2 * x);
        run.epochs.weight_norm.push_back(10 + x);
        run.epochs.distance_from_start.push_back(x);
        run.epochs.training_seconds.push_back(epoch == 0 ? 0.0 : 2.0);
        run.epochs.evaluation_seconds.push_back(0.5);
        run.epochs.communication_seconds.push_back(0.25);
        run.epochs.examples_per_second.push_back(epoch == 0 ? nan : 96.0);
        run.epochs.peak_memory_bytes.push_back(1000 + epoch);
    }
    run.predictions.validation_class = {3, 9};
    run.predictions.validation_loss = {0.5, 0.25};
    run.predictions.test_class = {7};
    run.predictions.test_loss = {1.5};
    run.predictions.validation_target = {3, 1};
    run.predictions.test_target = {-1};
    run.weights = {
        {"fc2.weight", "weight of layer 2", {2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6}},
        {"fc1.bias", "bias of layer 1", {2}, std::vector<double>{0.5, -0.5}},
        {"temperature", "a scalar", {}, std::vector<double>{4.0}},
        {"empty.weight", "no rows", {0, 3}, std::vector<float>{}}};
    run.steps.shares_coupled = true;
    run.sharpness = example_sharpness();
    run.sharpness.rows.back().epoch = static_cast<double>(epochs);
    run.sharpness.rows.back().step = steps;
    return run;
}

}  // namespace batchscope
