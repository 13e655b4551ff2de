#pragma once

#include <cstdint>

namespace batchscope {

/// Highest resident memory of this process since the last reset (VmHWM), in bytes; 0 where the
/// system does not tell.
[[nodiscard]] std::int64_t peak_process_memory();

/// Resident memory of this process now (VmRSS), in bytes; 0 where the system does not tell.
[[nodiscard]] std::int64_t resident_process_memory();

/// Starts a new peak at the present use. Where the system refuses, the peak of the process stays.
void reset_peak_process_memory();

}  // namespace batchscope
