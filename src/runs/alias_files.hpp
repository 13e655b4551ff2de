#pragma once

#include "communication/communicator.hpp"
#include "config/grid.hpp"
#include "runs/grid_selection.hpp"

namespace batchscope {

/// Writes the small file of every point whose settings are those of a finished run: it names that
/// run. Rank 0 writes. Collective. Throws AgreedError.
void write_alias_files(const GridRequest& request, const Study& study,
                       const GridSelection& selection, Communicator& communicator);

}  // namespace batchscope
