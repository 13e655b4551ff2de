#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "../results/example_run.hpp"
#include "results/result_file.hpp"

namespace batchscope {

/// A finished run of the study "s" with this batch size, seed and scaling rule; its final train
/// loss is 0.3 + 0.01 seed, test loss 0.1 more, train accuracy 0.9, test accuracy 0.8; 640 examples
/// in 10 steps and 4 s.
inline RunRecord study_run(std::int64_t batch_size, std::uint64_t seed,
                           const std::string& scaling = "none") {
    RunRecord run = example_run(10, 2);
    run.study = std::string("s");
    run.batch_size = batch_size;
    run.seed = seed;
    run.learning_rate_scaling = scaling;
    run.axes = {{"training.learning_rate_scaling", scaling}};
    run.configuration = fmt::format(
        "study: s\ntraining:\n  batch_size: {}\n  learning_rate_scaling: {}\n  budget:\n    "
        "epochs: 2\n"
        "  seed: {}\ndata:\n  split_seed: 0\n",
        batch_size, scaling, seed);
    run.weights.clear();
    run.epochs.train_loss.back() = 0.3 + 0.01 * static_cast<double>(seed);
    run.epochs.validation_loss.back() = run.epochs.train_loss.back() + 0.08;
    run.epochs.test_loss.back() = run.epochs.train_loss.back() + 0.1;
    run.epochs.train_accuracy.back() = 0.9;
    run.epochs.validation_accuracy.back() = 0.81;
    run.epochs.test_accuracy.back() = 0.8;
    return run;
}

/// The file name that batchscope-train gives this run.
inline std::string study_file(const RunRecord& run) {
    return fmt::format("batch_size-{}_seed-{}_learning_rate_scaling-{}.h5", run.batch_size,
                       run.seed, run.learning_rate_scaling);
}

inline std::filesystem::path write_run(const std::filesystem::path& folder, const RunRecord& run) {
    write_result(folder / study_file(run), run);
    return folder / study_file(run);
}

/// The same run with another end.
inline RunRecord ended(RunRecord run, RunStatus status, const std::string& reason) {
    run.status = status;
    run.reason = reason;
    return run;
}

/// A point that needs no run of its own: its settings equal those of `target`.
inline RunRecord alias_run(std::int64_t batch_size, std::uint64_t seed, const std::string& scaling,
                           const RunRecord& target) {
    RunRecord run = study_run(batch_size, seed, scaling);
    run.alias_of = study_file(target);
    run.steps = {};
    run.epochs = {};
    run.predictions = {};
    return run;
}

/// The bytes of a damaged file on which HDF5 1.10 crashes: it copies as many bytes as the length of
/// a text says, without a check.
inline void make_deadly(const std::filesystem::path& file) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    constexpr std::size_t top_of_length = 27;
    stream.seekp(static_cast<std::streamoff>(bytes.find("GCOL") + top_of_length));
    stream.put('\x20');
}

}  // namespace batchscope
