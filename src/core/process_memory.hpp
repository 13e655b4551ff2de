#pragma once

#include <cstdint>

namespace batchscope {

/// Highest resident memory of this process since the last reset (VmHWM), in bytes; 0 where the
/// system does not tell, or refused the reset.
[[nodiscard]] std::int64_t peak_process_memory();

/// Resident memory of this process now (VmRSS), in bytes; 0 where the system does not tell.
[[nodiscard]] std::int64_t resident_process_memory();

/// Gives back what was freed and starts a new peak at the present use, so that the peak is that of
/// what follows. Where the system refuses, peak_process_memory() is 0 from then on: it would be
/// that of what came before, too.
void reset_peak_process_memory();

/// Lets this process keep memory that it frees: activations of a step are allocated and freed at
/// every step, and giving their pages back costs up to a tenth of its time. Call before the first
/// large allocation.
void keep_freed_memory();

}  // namespace batchscope
