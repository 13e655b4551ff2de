#include "communication/nccl_communicator.hpp"

#include <ATen/ATen.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>
#include <fmt/format.h>
#include <mpi.h>
#include <nccl.h>

#include <chrono>
#include <cstdlib>
#include <limits>
#include <thread>

#include "communication/cuda_device.hpp"
#include "communication/mpi_communicator.hpp"

namespace batchscope {

namespace {

void check(ncclResult_t result, const char* call) {
    if (result != ncclSuccess && result != ncclInProgress) {
        throw environment_error(fmt::format("{} failed: {} ({})", call, ncclGetErrorString(result),
                                            ncclGetLastError(nullptr)),
                                "run again with NCCL_DEBUG=INFO to see why; --communication mpi "
                                "works without NCCL, slower");
    }
}

void check(cudaError_t result, const char* call) {
    if (result != cudaSuccess) {
        throw run_time_error(fmt::format("{} failed: {}", call, cudaGetErrorString(result)),
                             "check the GPU (nvidia-smi, dmesg) and start again");
    }
}

ncclDataType_t nccl_type(at::ScalarType type) {
    switch (type) {
        case at::kFloat:
            return ncclFloat32;
        case at::kDouble:
            return ncclFloat64;
        case at::kLong:
            return ncclInt64;
        default:
            throw run_time_error(fmt::format("no NCCL type for tensors of {}", at::toString(type)),
                                 "this is a defect of Batchscope: please report it");
    }
}

/// Owns one NCCL communicator; destroying it after an error aborts instead of waiting for lost
/// ranks.
class NcclHandle {
  public:
    NcclHandle(int size, int rank, const ncclUniqueId& id) {
        ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
        // Non-blocking, so that a rank that never arrives is noticed instead of waited for.
        config.blocking = 0;
        check(ncclCommInitRankConfig(&communicator_, size, id, rank, &config),
              "ncclCommInitRankConfig");
    }
    ~NcclHandle() { ncclCommAbort(communicator_); }
    NcclHandle(const NcclHandle&) = delete;
    NcclHandle& operator=(const NcclHandle&) = delete;

    [[nodiscard]] ncclComm_t get() const { return communicator_; }

    /// Waits until NCCL has finished setting up the last call; throws what it failed with.
    void settle() const {
        ncclResult_t state = ncclInProgress;
        while (true) {
            check(ncclCommGetAsyncError(communicator_, &state), "ncclCommGetAsyncError");
            if (state != ncclInProgress) {
                check(state, "an NCCL collective");
                return;
            }
            std::this_thread::sleep_for(std::chrono::microseconds(20));
        }
    }

  private:
    ncclComm_t communicator_ = nullptr;
};

class Event {
  public:
    Event() { check(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming), "cudaEventCreate"); }
    ~Event() { cudaEventDestroy(event_); }
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    [[nodiscard]] cudaEvent_t get() const { return event_; }

  private:
    cudaEvent_t event_ = nullptr;
};

ncclUniqueId shared_id(int rank, MPI_Comm ranks) {
    ncclUniqueId id{};
    if (rank == 0) {
        check(ncclGetUniqueId(&id), "ncclGetUniqueId");
    }
    MPI_Bcast(&id, sizeof(id), MPI_BYTE, 0, ranks);
    return id;
}

class NcclCommunicator final : public MpiCommunicator {
  public:
    NcclCommunicator(const Placement& placement, Watchdog& watchdog, MPI_Comm ranks)
        : MpiCommunicator(placement, watchdog, ranks),
          stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/true)),
          nccl_(placement.size, placement.rank, shared_id(placement.rank, ranks)) {
        const Watchdog::Scope scope(watchdog, "the start of NCCL");
        nccl_.settle();
    }

    using MpiCommunicator::broadcast;

    void sum(at::Tensor tensor) override {
        if (tensor.is_cpu()) {
            MpiCommunicator::sum(tensor);
            return;
        }
        on_own_stream([&] {
            check(ncclAllReduce(tensor.data_ptr(), tensor.data_ptr(),
                                static_cast<std::size_t>(tensor.numel()),
                                nccl_type(tensor.scalar_type()), ncclSum, nccl_.get(),
                                stream_.stream()),
                  "ncclAllReduce");
        });
    }

    void broadcast(at::Tensor tensor) override {
        if (tensor.is_cpu()) {
            MpiCommunicator::broadcast(tensor);
            return;
        }
        on_own_stream([&] {
            check(ncclBroadcast(tensor.data_ptr(), tensor.data_ptr(),
                                static_cast<std::size_t>(tensor.numel()),
                                nccl_type(tensor.scalar_type()), 0, nccl_.get(), stream_.stream()),
                  "ncclBroadcast");
        });
    }

    void synchronize() override {
        // Polling, not cudaStreamSynchronize: a collective that waits for a lost rank never ends,
        // and its error shows only here. The watchdog ends the process when nothing shows at all.
        const Watchdog::Scope scope(watchdog(), "the sum of gradients over ranks (NCCL)");
        done_.record();
        while (!done_.reached()) {
            nccl_.settle();
        }
        synchronize_device();
    }

    double seconds() const override { return std::numeric_limits<double>::quiet_NaN(); }
    std::string name() const override { return "nccl"; }

  private:
    /// An event on the stream that is current when it is recorded.
    class Milestone {
      public:
        void record() {
            check(cudaEventRecord(event_.get(), c10::cuda::getCurrentCUDAStream().stream()),
                  "cudaEventRecord");
        }
        [[nodiscard]] bool reached() const {
            const cudaError_t state = cudaEventQuery(event_.get());
            if (state == cudaErrorNotReady) {
                return false;
            }
            check(state, "work on the GPU");
            return true;
        }

      private:
        Event event_;
    };

    template <class Collective>
    void on_own_stream(const Collective& collective) {
        const cudaStream_t current = c10::cuda::getCurrentCUDAStream().stream();
        check(cudaEventRecord(before_.get(), current), "cudaEventRecord");
        check(cudaStreamWaitEvent(stream_.stream(), before_.get(), 0), "cudaStreamWaitEvent");
        collective();
        nccl_.settle();
        check(cudaEventRecord(after_.get(), stream_.stream()), "cudaEventRecord");
        check(cudaStreamWaitEvent(current, after_.get(), 0), "cudaStreamWaitEvent");
    }

    c10::cuda::CUDAStream stream_;
    NcclHandle nccl_;
    Event before_;
    Event after_;
    Milestone done_;
};

}  // namespace

std::unique_ptr<Communicator> make_nccl_communicator(const Placement& placement, Watchdog& watchdog,
                                                     MPI_Comm ranks) {
    // Ring sums in an order that depends on the ranks alone; the user's own choice is kept and
    // recorded.
    setenv("NCCL_ALGO", "Ring", /*overwrite=*/0);
    return std::make_unique<NcclCommunicator>(placement, watchdog, ranks);
}

}  // namespace batchscope
