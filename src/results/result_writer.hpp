#pragma once

#include <cstddef>
#include <vector>

#include "results/run_record.hpp"

namespace batchscope {

/// The bytes of the result file of `record`. The file is built in memory, so that the disk sees one
/// plain sequential write whose errno is known, and a full disk cannot leave HDF5 with a
/// half-written file. Throws Error (run time) when columns of one table differ in length, and
/// Hdf5Failure.
[[nodiscard]] std::vector<std::byte> result_file_image(const RunRecord& record);

}  // namespace batchscope
