#pragma once

#include <string>
#include <vector>

#include "communication/communicator.hpp"
#include "communication/device_binding.hpp"

namespace batchscope {

/// What --version prints: program, version, and what LibTorch it is built with.
[[nodiscard]] std::string version_text(const std::string& program);

/// Settings that libraries read at their first use: reproducible sums in MKL and cuBLAS, memory
/// that is kept instead of given back after each step. The user's own values are kept. Call first
/// in main.
void prepare_process();

/// Ends the process with this code, last in main, when every object is gone: standard output is
/// flushed. LibTorch is not taken down, which would cost a fifth of the time of its start.
[[noreturn]] void end_process(int code);

/// Binds this rank: compute threads, device, TF32 off and deterministic kernels. Collective. Throws
/// Error (environment).
void prepare_rank(const DeviceBinding& binding, Communicator& communicator);

/// Names of the GPUs that ranks run on, host and UUID, in rank order; empty texts on the CPU.
/// Collective.
[[nodiscard]] std::vector<std::string> devices_of_ranks(const DeviceBinding& binding,
                                                        Communicator& communicator);

}  // namespace batchscope
