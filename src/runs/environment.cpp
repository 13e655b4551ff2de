#include "runs/environment.hpp"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <fmt/format.h>
#include <hdf5.h>
#include <mpi.h>
#include <torch/version.h>

#include <array>
#include <cstdlib>
#include <fstream>

#include "communication/cuda_device.hpp"
#include "core/version.hpp"

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
        {"batchscope", version_and_commit()},
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
