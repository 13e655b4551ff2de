#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// What the rest of the suite asks of CUDA. Built twice: against CUDA, and for a LibTorch without
/// it, so that no caller needs an #ifdef.
namespace batchscope {

/// Whether this build can use GPUs at all.
[[nodiscard]] bool built_with_cuda();

/// GPU architectures ("sm_70", ascending) that this LibTorch holds code for; empty without CUDA.
[[nodiscard]] std::vector<std::string> compiled_architectures();

/// Loads LibTorch's code for GPUs, which makes itself known to LibTorch: to come before all that
/// uses a GPU through LibTorch, and only there, since it takes a third of a start's time and three
/// quarters of its memory. Throws Error (environment) when it cannot be loaded.
void load_gpu_code();

/// GPUs that this process sees (CUDA_VISIBLE_DEVICES applied); 0 without a driver.
[[nodiscard]] int visible_devices();

/// Makes GPU `ordinal` the one of this process and loads the code for it. Throws Error
/// (environment) when this LibTorch holds no code for its architecture, naming both.
void select_device(int ordinal);

struct DeviceDescription {
    std::string name;          ///< "Tesla V100-SXM2-32GB"
    std::string id;            ///< UUID and PCI bus id
    std::string architecture;  ///< "sm_70"
    std::string pci_bus_id;    ///< "0000:3B:00.0"
};
[[nodiscard]] DeviceDescription describe_device(int ordinal);

/// Waits for all work of the current device; nothing on the CPU. Throws on asynchronous errors.
void synchronize_device();

/// Gives cached, unused device memory back.
void release_device_memory();

/// Highest device memory in use since the last call of reset, in bytes; 0 on the CPU.
[[nodiscard]] std::int64_t peak_device_memory(int ordinal);
void reset_peak_device_memory(int ordinal);

/// "cudart 12.6, driver 12.8, cuDNN 9.5.1, NCCL 2.26.2": for the result's environment; empty
/// without CUDA.
[[nodiscard]] std::string cuda_versions();

}  // namespace batchscope
