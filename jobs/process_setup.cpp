#include "process_setup.hpp"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/version.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "communication/cuda_device.hpp"
#include "core/log.hpp"
#include "core/process_memory.hpp"
#include "core/version.hpp"

// Of the sanitizers; null where there are none.
extern "C" [[gnu::weak]] void __lsan_do_leak_check();

namespace batchscope {

namespace {

/// Cores of every rank on this host, in local-rank order, from what all ranks report.
std::vector<std::vector<int>> cores_of_this_host(Communicator& communicator) {
    const auto hosts = communicator.gather(communicator.placement().host);
    const auto cores = communicator.gather(core_list_text(allowed_cores()));
    std::vector<std::vector<int>> result;
    for (std::size_t rank = 0; rank < hosts.size(); ++rank) {
        if (hosts[rank] == communicator.placement().host) {
            result.push_back(parse_core_list(cores[rank]));
        }
    }
    return result;
}

}  // namespace

std::string version_text(const std::string& program) {
    const auto architectures = compiled_architectures();
    return fmt::format("{} {} (LibTorch {}, {})", program, version_and_commit(), TORCH_VERSION,
                       architectures.empty()
                           ? std::string("CPU only")
                           : fmt::format("GPU code for {}", fmt::join(architectures, " ")));
}

void prepare_process() {
    setenv("MKL_CBWR", "AUTO", /*overwrite=*/0);
    // Ranks that wait give their core to whoever works there; on a core of their own it costs
    // nothing.
    setenv("OMPI_MCA_mpi_yield_when_idle", "1", /*overwrite=*/0);
    setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
    keep_freed_memory();
}

void end_process(int code) {
    std::fflush(nullptr);
    if (__lsan_do_leak_check != nullptr) {  // _Exit does not look for leaks
        __lsan_do_leak_check();
    }
    std::_Exit(code);
}

void prepare_rank(const DeviceBinding& binding, Communicator& communicator) {
    // First of all: LibTorch looks only once whether it has code for GPUs.
    communicator.together([&] {
        if (binding.ordinal) {
            select_device(*binding.ordinal);
        }
    });
    const auto cores = cores_of_this_host(communicator);
    const char* wanted = std::getenv("OMP_NUM_THREADS");
    const int requested = wanted == nullptr ? 0 : std::atoi(wanted);
    const int threads = compute_threads(requested, communicator.placement().local_rank, cores);
    at::set_num_threads(threads);
    if (static_cast<std::size_t>(threads) > allowed_cores().size()) {
        warn(
            fmt::format("OMP_NUM_THREADS={} starts more compute threads than the {} core(s) this "
                        "rank is bound to",
                        threads, allowed_cores().size()));
    }
    at::globalContext().setAllowTF32CuBLAS(false);
    at::globalContext().setAllowTF32CuDNN(false);
    at::globalContext().setDeterministicCuDNN(true);
    at::globalContext().setBenchmarkCuDNN(false);
}

std::vector<std::string> devices_of_ranks(const DeviceBinding& binding,
                                          Communicator& communicator) {
    std::string own;
    communicator.together([&] {
        if (binding.ordinal) {
            own = communicator.placement().host + " " + describe_device(*binding.ordinal).id;
        }
    });
    return communicator.gather(own);
}

}  // namespace batchscope
