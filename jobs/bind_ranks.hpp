#pragma once

#include <mpi.h>

#include <memory>
#include <string>

#include "communication/communicator.hpp"
#include "communication/device_binding.hpp"
#include "core/watchdog.hpp"
#include "launch_options.hpp"

namespace batchscope {

enum class BindingUse {
    work,  ///< the ranks are to compute there
    list,  ///< only say which device each rank would get
};

/// Chooses the device of this rank and checks that all ranks' choices go together. Collective.
/// Throws AgreedError (environment).
[[nodiscard]] DeviceBinding bind_ranks(const LaunchOptions& options, BindingUse use,
                                       Communicator& communicator);

/// Says the program's first line: version, ranks, device and what they sum through.
void introduce(const std::string& program, const DeviceBinding& binding,
               const Communicator& communicator);

/// What the ranks of `ranks` sum through: NCCL where the binding says so, else MPI. `placement`,
/// among them, and `watchdog` outlive it. Collective over them.
[[nodiscard]] std::unique_ptr<Communicator> connect(const DeviceBinding& binding,
                                                    const Placement& placement, Watchdog& watchdog,
                                                    MPI_Comm ranks);

}  // namespace batchscope
