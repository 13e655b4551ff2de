#pragma once

#include <cstdint>
#include <vector>

#include "communication/communicator.hpp"
#include "config/grid.hpp"
#include "grid_state.hpp"
#include "train_options.hpp"

namespace batchscope {

/// What a job is to do.
struct GridSelection {
    std::vector<PointPlan> plans;        ///< of the whole grid; on rank 0 alone
    std::vector<std::int64_t> selected;  ///< points asked for
    std::vector<std::int64_t> to_train;  ///< originals that are pending, in grid order
};

/// The same on every rank, as rank 0 finds the files. Collective. Throws AgreedError.
[[nodiscard]] GridSelection select_points(const TrainOptions& options, const Study& study,
                                          Communicator& communicator);

}  // namespace batchscope
