#pragma once

#include "communication/communicator.hpp"
#include "config/grid.hpp"
#include "runs/grid_selection.hpp"
#include "runs/run_data.hpp"

namespace batchscope {

/// Data are what they contain, whatever folder they lie in. Refuses to train points of a study
/// whose data are not those that its other runs were trained on: what came of both could not be
/// compared, but would be. Collective; `data` holds what the points to train need by then. Throws
/// AgreedError with both hashes and paths.
void refuse_other_data(const GridRequest& request, const Study& study,
                       const GridSelection& selection, RunDataStore& data,
                       Communicator& communicator);

}  // namespace batchscope
