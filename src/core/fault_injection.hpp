#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace batchscope {

/// For tests of what a job does when something breaks. The environment variable BATCHSCOPE_FAULT
/// holds KIND:RANK:STEP ("nan:1:5": rank 1 of those that train the run, global step 5). Returns
/// true when the fault `kind` is asked of this rank at this step. Kinds: nan (poison the gradient),
/// throw, allocate (out of memory), hang, flip (change one weight), data (unreadable data; step 0),
/// kill (SIGKILL to itself), stop, stop_evaluation and stop_sharpness (SIGUSR1 to itself in the
/// step, or in the evaluation or the last measure of sharpness after it), stop_line (the same at a
/// point of the line between two results; its number is the step). Throws Error (configuration) if
/// the variable is malformed.
[[nodiscard]] bool fault_requested(std::string_view kind, int rank, std::int64_t step);

/// How much longer each step of this rank shall take: BATCHSCOPE_FAULT=slow:RANK:MILLISECONDS makes
/// a small run last long enough to be interrupted. Else 0.
[[nodiscard]] std::chrono::milliseconds requested_delay(int rank);

}  // namespace batchscope
