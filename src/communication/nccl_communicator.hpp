#pragma once

#include <mpi.h>

#include <memory>

#include "communication/communicator.hpp"
#include "core/watchdog.hpp"

namespace batchscope {

/// Collectives of the ranks in `ranks` on device tensors over NCCL, on its own stream, ordered with
/// the current one by events; messages between hosts' processes still go over MPI, which also
/// carries NCCL's id. The algorithm is pinned unless the user has chosen one, so that sums repeat
/// bit for bit. Throws Error (environment) when NCCL cannot connect the ranks.
[[nodiscard]] std::unique_ptr<Communicator> make_nccl_communicator(const Placement& placement,
                                                                   Watchdog& watchdog,
                                                                   MPI_Comm ranks = MPI_COMM_WORLD);

}  // namespace batchscope
