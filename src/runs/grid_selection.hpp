#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "config/grid.hpp"
#include "runs/grid_state.hpp"

namespace batchscope {

/// Where the results of a study lie, and which points of it a job is asked for.
struct GridRequest {
    std::filesystem::path output = "results";
    bool overwrite = false;           ///< finished points run again
    std::optional<std::string> task;  ///< "0,3,7-9"; absent: all
};

/// What a job is to do.
struct GridSelection {
    std::vector<PointPlan> plans;        ///< of the whole grid; on rank 0 alone
    std::vector<std::int64_t> selected;  ///< points asked for
    std::vector<std::int64_t> to_train;  ///< originals that are pending, in grid order
};

/// The same on every rank, as rank 0 finds the files. Collective. Throws AgreedError.
[[nodiscard]] GridSelection select_points(const GridRequest& request, const Study& study,
                                          Communicator& communicator);

}  // namespace batchscope
