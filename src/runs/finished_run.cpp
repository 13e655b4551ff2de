#include "runs/finished_run.hpp"

#include <fmt/format.h>

#include <cmath>

#include "config/grid.hpp"
#include "core/error.hpp"
#include "measures/evaluation.hpp"
#include "measures/stored_tensor.hpp"
#include "models/models.hpp"
#include "study/study_schema.hpp"

namespace batchscope {

FinishedRun read_finished_run(const std::filesystem::path& file, ReadParts parts) {
    parts.configuration = parts.environment = true;
    FinishedRun run{file, read_result(file, parts), {}};
    try {
        run.settings =
            parse_study(study_schema(), run.record.configuration, file).points.at(0).settings;
    } catch (const Error& error) {
        throw data_error(fmt::format("{}: its /config is not one of this program: {}",
                                     file.string(), error.problem()),
                         "use the program version that wrote the file");
    }
    return run;
}

std::string reason_without_weights(const FinishedRun& run) {
    if (run.record.status != RunStatus::complete) {
        return to_string(run.record.status) +
               (run.record.reason.empty() ? "" : ": " + run.record.reason);
    }
    return run.settings.output.weights == StoredWeights::final
               ? ""
               : "its configuration says output.weights: none";
}

std::string weights_checksum(const std::filesystem::path& file, const RunRecord& record) {
    if (record.environment.final_weights_checksum.empty()) {
        throw data_error(
            fmt::format("{}: /environment holds no checksum of the final weights", file.string()),
            "run its grid point again");
    }
    return record.environment.final_weights_checksum.front();
}

std::unique_ptr<Network> rebuild_network(const FinishedRun& run, const RunData& data,
                                         const at::TensorOptions& options) {
    const std::string file = run.file.string();
    if (run.record.data_hash != data.hash) {
        throw data_error(
            fmt::format("{} was trained on other data: their hash is {}, that of {} "
                        "is {} now",
                        file, run.record.data_hash,
                        run.settings.data.directory.empty() ? "the generated ones"
                                                            : run.settings.data.directory,
                        data.hash),
            "restore the data files that it was trained on");
    }
    const DeviceData& device = data.device;
    auto network = std::make_unique<Network>(
        describe_network(run.settings.model, device.example_shape,
                         device.task == Task::classification ? device.classes : 1),
        run.settings.batch_norm, device.task, /*extra=*/0, options);
    try {
        for (const Parameters::View& view : network->parameters().views()) {
            restore_tensor(run.record.weights, view.shape.name, view.weight);
        }
        for (const Network::Buffer& buffer : network->buffers()) {
            restore_tensor(run.record.weights, buffer.name, buffer.values);
        }
    } catch (const Error&) {
        throw data_error(
            fmt::format("{}: /weights does not hold the network that /config describes", file),
            "run its grid point again, or restore the file");
    }
    const std::string trained = weights_checksum(run.file, run.record);
    const std::string read = network->parameters().checksum();
    if (read != trained) {
        throw data_error(fmt::format("{}: /weights has the checksum {}, training ended with {}",
                                     file, read, trained),
                         "run its grid point again, or restore the file");
    }
    return network;
}

bool equal_to_rounding(double loss, double other, Precision precision) {
    // Of logits of order 10, whose last digit moves with the order of summation.
    const double tolerance = precision == Precision::float64 ? 1e-10 : 1e-5;
    return std::abs(loss - other) <= tolerance * (1 + std::abs(other));
}

void check_train_loss(const FinishedRun& run, Network& network, const RunData& data,
                      Communicator& communicator) {
    const double found = evaluate_split(network, data.device.train, communicator).loss;
    communicator.together([&] {
        const auto& losses = run.record.epochs.train_loss;
        if (losses.empty() ||
            !equal_to_rounding(found, losses.back(), run.settings.training.precision)) {
            throw data_error(
                fmt::format("{}: the train loss at its weights is {:.9g}, the last row of /epochs "
                            "says {:.9g}",
                            run.file.string(), found,
                            losses.empty() ? std::nan("") : losses.back()),
                "use the program version that trained it, or run its grid point again");
        }
    });
}

}  // namespace batchscope
