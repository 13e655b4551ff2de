#include "communication/cuda_device.hpp"

#include <ATen/ATen.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <cuda_runtime_api.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nccl.h>

#include <array>
#include <filesystem>

#include "communication/fat_binary.hpp"
#include "core/error.hpp"

namespace batchscope {

namespace {

cudaDeviceProp properties_of(int ordinal) {
    cudaDeviceProp properties{};
    const cudaError_t result = cudaGetDeviceProperties(&properties, ordinal);
    if (result != cudaSuccess) {
        throw environment_error(fmt::format("cannot ask GPU {} for its properties: {}", ordinal,
                                            cudaGetErrorString(result)),
                                "check the GPU with nvidia-smi, and CUDA_VISIBLE_DEVICES");
    }
    return properties;
}

/// It lies beside the part of LibTorch that this program is linked with.
std::filesystem::path library_of_gpu_code() {
    return loaded_library_path("libtorch_cpu.so").replace_filename("libtorch_cuda.so");
}

std::string version_text(int number, int major_unit, int minor_unit) {
    return fmt::format("{}.{}", number / major_unit, number % major_unit / minor_unit);
}

}  // namespace

bool built_with_cuda() {
    return true;
}

std::vector<std::string> compiled_architectures() {
    static const std::vector<std::string> architectures =
        fat_binary_architectures(library_of_gpu_code());
    return architectures;
}

void load_gpu_code() {
    if (::dlopen(library_of_gpu_code().c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
        throw environment_error(
            fmt::format("cannot load LibTorch's code for GPUs: {}", ::dlerror()),
            "repair the installation (jobs/install.sh), or pass --device cpu");
    }
}

int visible_devices() {
    return c10::cuda::device_count();
}

void select_device(int ordinal) {
    const cudaDeviceProp properties = properties_of(ordinal);
    const std::string wanted = fmt::format("sm_{}{}", properties.major, properties.minor);
    const auto compiled = compiled_architectures();
    if (!architecture_is_served(wanted, compiled)) {
        throw environment_error(
            fmt::format(
                "GPU {} ({}) is of architecture {}, and this LibTorch holds code for {} only",
                ordinal, properties.name, wanted, fmt::join(compiled, ", ")),
            "build against a LibTorch with that architecture (-DBATCHSCOPE_LIBTORCH=FOLDER), or "
            "pass --device cpu");
    }
    load_gpu_code();
    c10::cuda::set_device(static_cast<c10::DeviceIndex>(ordinal));
    try {
        at::ones({1}, at::device(at::kCUDA)).add_(1);
        synchronize_device();
    } catch (const c10::Error& error) {
        throw environment_error(
            fmt::format("GPU {} ({}, {}) cannot run a kernel of this LibTorch: {}", ordinal,
                        properties.name, wanted, error.what_without_backtrace()),
            "check the driver and GPU with nvidia-smi, or pass --device cpu");
    }
}

DeviceDescription describe_device(int ordinal) {
    const cudaDeviceProp properties = properties_of(ordinal);
    std::string uuid;
    for (std::size_t i = 0; i < sizeof(properties.uuid.bytes); ++i) {
        const bool dash = i == 4 || i == 6 || i == 8 || i == 10;
        uuid += fmt::format("{}{:02x}", dash ? "-" : "",
                            static_cast<unsigned char>(properties.uuid.bytes[i]));
    }
    std::array<char, 32> bus{};
    cudaDeviceGetPCIBusId(bus.data(), static_cast<int>(bus.size()), ordinal);
    return {properties.name, fmt::format("GPU-{} {}", uuid, bus.data()),
            fmt::format("sm_{}{}", properties.major, properties.minor), bus.data()};
}

void synchronize_device() {
    if (visible_devices() > 0) {
        c10::cuda::device_synchronize();
    }
}

void release_device_memory() {
    if (visible_devices() > 0) {
        c10::cuda::CUDACachingAllocator::emptyCache();
    }
}

std::int64_t peak_device_memory(int ordinal) {
    using c10::CachingAllocator::StatType;
    const auto statistics =
        c10::cuda::CUDACachingAllocator::getDeviceStats(static_cast<c10::DeviceIndex>(ordinal));
    return statistics.reserved_bytes[static_cast<std::size_t>(StatType::AGGREGATE)].peak;
}

void reset_peak_device_memory(int ordinal) {
    // Else what an earlier run reserved would be this one's.
    c10::cuda::CUDACachingAllocator::emptyCache();
    c10::cuda::CUDACachingAllocator::resetPeakStats(static_cast<c10::DeviceIndex>(ordinal));
}

std::string cuda_versions() {
    int runtime = 0;
    int driver = 0;
    int nccl = 0;
    cudaRuntimeGetVersion(&runtime);
    cudaDriverGetVersion(&driver);
    ncclGetVersion(&nccl);
    return fmt::format("CUDA runtime {}, driver {}, NCCL {}.{}", version_text(runtime, 1000, 10),
                       driver == 0 ? "none" : version_text(driver, 1000, 10),
                       version_text(nccl, 10000, 100), nccl % 100);
}

}  // namespace batchscope
