#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "results/hdf5_handles.hpp"
#include "results/result_file.hpp"

namespace batchscope {

/// Opens an HDF5 file for reading, without locks: a reader must never disturb a writer. Throws
/// Hdf5Failure; its error_number is ESTALE when the file was replaced on a network file system
/// meanwhile.
[[nodiscard]] Hdf5Handle open_for_reading(const std::filesystem::path& file);

/// The same for the bytes of a file in memory, which are copied.
[[nodiscard]] Hdf5Handle open_image(std::span<const std::byte> bytes);

/// The root attributes alone: no arrays, configuration or environment. Throws Error (data) when
/// `file` is not ours or has another schema version, Hdf5Failure when HDF5 cannot read it.
[[nodiscard]] RunRecord read_attributes(hid_t file);

/// Adds the arrays that `parts` names. Throws as read_attributes.
void read_arrays(hid_t file, const ReadParts& parts, RunRecord& record);

}  // namespace batchscope
