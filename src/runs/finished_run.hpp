#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "communication/communicator.hpp"
#include "config/run_settings.hpp"
#include "models/network.hpp"
#include "results/result_file.hpp"
#include "results/run_record.hpp"
#include "runs/run_data.hpp"

namespace batchscope {

/// A finished run as its result file holds it.
struct FinishedRun {
    std::filesystem::path file;
    RunRecord record;
    RunSettings settings;  ///< those that it was trained with
};

/// Reads `parts` of a file, with configuration and environment. Throws Error (data) when it cannot
/// be read or its configuration is not one of this program.
[[nodiscard]] FinishedRun read_finished_run(const std::filesystem::path& file, ReadParts parts);

/// Why a run has no weights at its end to measure at: "stopped: ..."; empty where it has.
[[nodiscard]] std::string reason_without_weights(const FinishedRun& run);

/// Hash of every bit of the final weights, as training has left it in the file. Throws Error (data)
/// for a file without.
[[nodiscard]] std::string weights_checksum(const std::filesystem::path& file,
                                           const RunRecord& record);

/// The run's network with its final weights and population statistics. Throws Error (data) when
/// `data` are not those of its training, or /weights are not those that its training ended with.
[[nodiscard]] std::unique_ptr<Network> rebuild_network(const FinishedRun& run, const RunData& data,
                                                       const at::TensorOptions& options);

/// Whether two losses of the same weights and examples agree: numbers of ranks, devices and
/// libraries round them differently.
[[nodiscard]] bool equal_to_rounding(double loss, double other, Precision precision);

/// Evaluates the train loss of the rebuilt network, and refuses it where it is not that of the last
/// row of /epochs to rounding. Collective. Throws AgreedError (data) and AgreedStop.
void check_train_loss(const FinishedRun& run, Network& network, const RunData& data,
                      Communicator& communicator);

}  // namespace batchscope
