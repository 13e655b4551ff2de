#pragma once

#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "diagnosis/finding.hpp"

namespace batchscope {

/// How far the clock of each rank's host is ahead of that of rank 0, in seconds, exact to the time
/// of a barrier. Collective.
[[nodiscard]] std::vector<double> measure_clock_differences(Communicator& communicator);

/// `hosts` holds the host of each rank.
[[nodiscard]] Finding judge_clock_differences(const std::vector<double>& differences,
                                              const std::vector<std::string>& hosts);

}  // namespace batchscope
