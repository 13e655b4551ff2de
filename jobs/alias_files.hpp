#pragma once

#include "communication/communicator.hpp"
#include "config/grid.hpp"
#include "grid_selection.hpp"
#include "train_options.hpp"

namespace batchscope {

/// Writes the small file of every point whose settings are those of a finished run: it names that
/// run. Rank 0 writes. Collective. Throws AgreedError.
void write_alias_files(const TrainOptions& options, const Study& study,
                       const GridSelection& selection, Communicator& communicator);

}  // namespace batchscope
