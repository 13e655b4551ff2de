#include "communication/mpi_communicator.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <thread>

#include "communication/cuda_device.hpp"

namespace batchscope {

namespace {

// MPI counts are ints.
constexpr std::int64_t largest_count = std::int64_t{1} << 30;

MPI_Datatype mpi_type(at::ScalarType type) {
    switch (type) {
        case at::kFloat:
            return MPI_FLOAT;
        case at::kDouble:
            return MPI_DOUBLE;
        case at::kLong:
            return MPI_INT64_T;
        default:
            throw run_time_error(fmt::format("no MPI type for tensors of {}", at::toString(type)),
                                 "this is a defect of Batchscope: please report it");
    }
}

template <class Collective>
void in_parts(const at::Tensor& tensor, const Collective& collective) {
    auto* data = static_cast<char*>(tensor.data_ptr());
    const auto item = static_cast<std::int64_t>(tensor.element_size());
    for (std::int64_t first = 0; first < tensor.numel(); first += largest_count) {
        const auto count = std::min(largest_count, tensor.numel() - first);
        collective(data + first * item, static_cast<int>(count));
    }
}

}  // namespace

MpiCommunicator::MpiCommunicator(const Placement& placement, Watchdog& watchdog, MPI_Comm ranks)
    : Communicator(placement), watchdog_(watchdog), ranks_(ranks) {
    MPI_Comm_dup(ranks_, &failures_);
}

MpiCommunicator::~MpiCommunicator() {
    // Freed under a barrier that still waits for other ranks, it would crash in MPI.
    if (!barrier_left_behind_) {
        MPI_Comm_free(&failures_);
    }
}

void MpiCommunicator::sum(at::Tensor tensor) {
    if (!tensor.is_cpu()) {
        const at::Tensor staged = tensor.cpu();
        sum(staged);
        tensor.copy_(staged);
        return;
    }
    const Watchdog::Scope scope(watchdog_, "the sum of gradients over ranks");
    const MPI_Datatype type = mpi_type(tensor.scalar_type());
    in_parts(tensor, [&](void* data, int count) {
        MPI_Allreduce(MPI_IN_PLACE, data, count, type, MPI_SUM, ranks_);
    });
}

void MpiCommunicator::broadcast(at::Tensor tensor) {
    if (!tensor.is_cpu()) {
        const at::Tensor staged = tensor.cpu();
        broadcast(staged);
        tensor.copy_(staged);
        return;
    }
    const Watchdog::Scope scope(watchdog_, "a broadcast");
    const MPI_Datatype type = mpi_type(tensor.scalar_type());
    in_parts(tensor, [&](void* data, int count) { MPI_Bcast(data, count, type, 0, ranks_); });
}

void MpiCommunicator::synchronize() {
    synchronize_device();
}

void MpiCommunicator::barrier() {
    const Watchdog::Scope scope(watchdog_, "a barrier");
    MPI_Barrier(ranks_);
}

std::vector<std::string> MpiCommunicator::gather(const std::string& text) {
    const Watchdog::Scope scope(watchdog_, "an exchange of messages");
    const auto ranks = static_cast<std::size_t>(size());
    const int length = static_cast<int>(text.size());
    std::vector<int> lengths(ranks);
    MPI_Allgather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, ranks_);
    std::vector<int> offsets(ranks);
    std::exclusive_scan(lengths.begin(), lengths.end(), offsets.begin(), 0);
    std::string all(static_cast<std::size_t>(offsets.back() + lengths.back()), '\0');
    MPI_Allgatherv(text.data(), length, MPI_CHAR, all.data(), lengths.data(), offsets.data(),
                   MPI_CHAR, ranks_);
    std::vector<std::string> texts(ranks);
    for (std::size_t rank = 0; rank < ranks; ++rank) {
        texts[rank] = all.substr(static_cast<std::size_t>(offsets[rank]),
                                 static_cast<std::size_t>(lengths[rank]));
    }
    return texts;
}

std::string MpiCommunicator::broadcast(const std::string& text) {
    const Watchdog::Scope scope(watchdog_, "a broadcast");
    auto length = static_cast<std::int64_t>(text.size());
    MPI_Bcast(&length, 1, MPI_INT64_T, 0, ranks_);
    std::string received = text;
    received.resize(static_cast<std::size_t>(length));
    MPI_Bcast(received.data(), static_cast<int>(length), MPI_CHAR, 0, ranks_);
    return received;
}

bool MpiCommunicator::failed_together(double seconds) {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(failures_, &request);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    int arrived = 0;
    while (arrived == 0 && std::chrono::steady_clock::now() < deadline) {
        MPI_Test(&request, &arrived, MPI_STATUS_IGNORE);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    barrier_left_behind_ = barrier_left_behind_ || arrived == 0;
    return arrived != 0;
}

double MpiCommunicator::seconds() const {
    return watchdog_.seconds_inside();
}

std::string MpiCommunicator::name() const {
    return "mpi";
}

}  // namespace batchscope
