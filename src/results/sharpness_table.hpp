#pragma once

#include "results/hdf5_handles.hpp"
#include "results/run_record.hpp"

namespace batchscope {

/// Writes the group /sharpness: the dimension scales `epoch` and `k` always (a file without rows
/// opens in xarray, too), other scales and columns where the record has values of them, settings as
/// attributes. What a column is to a reader stands beside it as attributes: headline, heading,
/// title, table, headline_position, error_of, certified_by, refuted_by, counts_above
/// (sharpness_columns.hpp). Throws Error (run time) for a row, column or scale that the record does
/// not describe or that has another size, and Hdf5Failure.
void write_sharpness(hid_t file, const SharpnessRecord& sharpness);

/// The group /sharpness, whatever its columns are. Every row has all columns of the file, NaN where
/// nothing was measured. Throws Error (data) for a data set that has another shape than its
/// dimension scales say, and Hdf5Failure.
[[nodiscard]] SharpnessRecord read_sharpness(hid_t file);

}  // namespace batchscope
