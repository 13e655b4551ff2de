#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "communication/communicator.hpp"
#include "diagnosis/finding.hpp"
#include "diagnosis/probe_file.hpp"
#include "diagnosis/temporary_paths.hpp"

namespace batchscope {

/// Checks on the output folder what training relies on, from every rank: that it is one folder for
/// all, space, atomic replacement seen by the others, the second-writer lock across hosts, and
/// speed. `folder` may differ between ranks, as it may by mistake. Collective; the same findings on
/// all ranks. What it writes is registered in `temporary`, which the caller ends.
[[nodiscard]] std::vector<Finding> check_output_folder(const std::filesystem::path& folder,
                                                       Communicator& communicator,
                                                       TemporaryPaths& temporary);

/// The least that any rank has.
[[nodiscard]] std::vector<Finding> judge_free_space(const FreeSpace& space);

/// How long after a file's replacement the slowest rank saw it.
[[nodiscard]] Finding judge_visibility(double seconds);

/// Speed of all ranks together, with the data on the disk at the end.
[[nodiscard]] Finding judge_write_speed(std::int64_t bytes, double seconds);

}  // namespace batchscope
