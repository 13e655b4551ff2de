#pragma once

#include <mpi.h>

#include "communication/communicator.hpp"
#include "core/watchdog.hpp"

namespace batchscope {

/// Collectives over an MPI communicator: all ranks, or a group of them. Tensors on a GPU are staged
/// through the host: right for ranks that share a GPU, slow otherwise.
class MpiCommunicator : public Communicator {
  public:
    /// `placement` holds rank and size in `ranks`; `watchdog` sees every wait. MPI, `ranks` and
    /// `watchdog` outlive the communicator.
    MpiCommunicator(const Placement& placement, Watchdog& watchdog,
                    MPI_Comm ranks = MPI_COMM_WORLD);
    ~MpiCommunicator() override;
    MpiCommunicator(const MpiCommunicator&) = delete;
    MpiCommunicator& operator=(const MpiCommunicator&) = delete;

    using Communicator::broadcast;
    void sum(at::Tensor tensor) override;
    void broadcast(at::Tensor tensor) override;
    void synchronize() override;
    void barrier() override;
    std::vector<std::string> gather(const std::string& text) override;
    std::string broadcast(const std::string& text) override;
    bool failed_together(double seconds) override;
    double seconds() const override;
    std::string name() const override;

  protected:
    [[nodiscard]] Watchdog& watchdog() { return watchdog_; }

  private:
    Watchdog& watchdog_;
    MPI_Comm ranks_;
    /// A rank that failed reports here: on ranks_ the others may stand in another collective.
    MPI_Comm failures_ = MPI_COMM_NULL;
    bool barrier_left_behind_ = false;  ///< failed_together() gave up on the other ranks
};

}  // namespace batchscope
