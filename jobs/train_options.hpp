#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "communication/rank_groups.hpp"
#include "config/grid.hpp"
#include "launch_options.hpp"
#include "runs/grid_selection.hpp"

namespace batchscope {

/// The command line of batchscope-train.
struct TrainOptions : LaunchOptions, GridRequest {
    std::filesystem::path config;
    std::vector<Override> overrides;
    bool list = false;
    bool print_config = false;
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
