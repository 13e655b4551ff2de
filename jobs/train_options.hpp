#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "communication/device_binding.hpp"
#include "communication/rank_groups.hpp"
#include "config/grid.hpp"

namespace batchscope {

/// The command line of batchscope-train.
struct TrainOptions {
    bool help = false;
    bool version = false;
    std::filesystem::path config;
    std::filesystem::path output = "results";
    std::vector<Override> overrides;
    std::optional<std::string> task;
    bool list = false;
    bool print_config = false;
    DeviceChoice device = DeviceChoice::automatic;
    CommunicationChoice communication = CommunicationChoice::automatic;
    bool device_given = false;
    bool overwrite = false;
    bool allow_single = false;
    std::optional<double> stall_timeout;           ///< seconds
    std::optional<RanksPerPoint> ranks_per_point;  ///< absent: all ranks train each point together

    /// Needs no other rank, so that it works on a login node, too.
    [[nodiscard]] bool runs_alone() const {
        return help || version || print_config || (list && !device_given);
    }
};

/// Throws Error (configuration) for unknown options, with the nearest valid name, and wrong values.
[[nodiscard]] TrainOptions parse_train_options(int argc, char** argv);

/// What --help prints.
[[nodiscard]] std::string train_usage();

}  // namespace batchscope
