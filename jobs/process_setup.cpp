#include "process_setup.hpp"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hdf5.h>
#include <malloc.h>
#include <mpi.h>
#include <torch/version.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "communication/cuda_device.hpp"
#include "core/log.hpp"
#include "core/version.hpp"

// Of the sanitizers; null where there are none.
extern "C" [[gnu::weak]] void __lsan_do_leak_check();

namespace batchscope {

namespace {

std::string mpi_version() {
    std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
    int length = 0;
    MPI_Get_library_version(text.data(), &length);
    const std::string whole(text.data(), static_cast<std::size_t>(length));
    return whole.substr(0, whole.find(','));
}

std::string hdf5_version() {
    unsigned major = 0;
    unsigned minor = 0;
    unsigned release = 0;
    H5get_libversion(&major, &minor, &release);
    return fmt::format("{}.{}.{}", major, minor, release);
}

std::string environment_or(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : value;
}

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

std::string cpu_model() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("model name")) {
            return line.substr(line.find(':') + 2);
        }
    }
    return "unknown";
}

std::string version_text(const std::string& program) {
    const auto architectures = compiled_architectures();
    return fmt::format("{} {} (LibTorch {}, {})", program, version, TORCH_VERSION,
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
    // Activations of a step are allocated and freed at every step: keep their pages.
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_TOP_PAD, 64 << 20);
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
    const int requested = std::atoi(environment_or("OMP_NUM_THREADS", "0").c_str());
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

EnvironmentRecord describe_environment(const DeviceBinding& binding, Communicator& communicator) {
    EnvironmentRecord record;
    DeviceDescription device{cpu_model(), "cpu", "cpu", ""};
    if (binding.ordinal) {
        device = describe_device(*binding.ordinal);
    }
    record.hosts = communicator.gather(communicator.placement().host);
    record.device_names = communicator.gather(device.name);
    record.device_ids = communicator.gather(device.id);
    record.affinities = communicator.gather(core_list_text(allowed_cores()));
    for (const auto& text : communicator.gather(fmt::format("{}", at::get_num_threads()))) {
        record.threads.push_back(std::stoll(text));
    }
    record.text = {
        {"batchscope", version},
        {"libtorch", TORCH_VERSION},
        {"mpi", mpi_version()},
        {"hdf5", hdf5_version()},
        {"cuda", cuda_versions()},
        {"cpu", cpu_model()},
        {"cpu_capability", at::get_cpu_capability()},
        {"communication", communicator.name()},
        {"device_architecture", device.architecture},
        {"tf32", "off"},
        {"mkl_reproducible_mode", environment_or("MKL_CBWR", "off")},
        {"cudnn", "deterministic, no autotuning"},
        {"nccl_algorithm", environment_or("NCCL_ALGO", "not used")},
    };
    return record;
}

}  // namespace batchscope
