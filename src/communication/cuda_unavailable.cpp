#include "communication/cuda_device.hpp"
#include "communication/nccl_communicator.hpp"
#include "core/error.hpp"

namespace batchscope {

namespace {

[[noreturn]] void refuse() {
    throw environment_error(
        "this build of Batchscope has no CUDA: its LibTorch is CPU-only",
        "build against a LibTorch with CUDA (jobs/install.sh), or pass --device cpu");
}

}  // namespace

bool built_with_cuda() {
    return false;
}
std::vector<std::string> compiled_architectures() {
    return {};
}
void load_gpu_code() {
    refuse();
}
int visible_devices() {
    return 0;
}
void select_device(int /*ordinal*/) {
    refuse();
}
DeviceDescription describe_device(int /*ordinal*/) {
    refuse();
}
void synchronize_device() {}
void release_device_memory() {}
std::int64_t peak_device_memory(int /*ordinal*/) {
    return 0;
}
void reset_peak_device_memory(int /*ordinal*/) {}
std::string cuda_versions() {
    return {};
}
std::unique_ptr<Communicator> make_nccl_communicator(const Placement& /*placement*/,
                                                     Watchdog& /*watchdog*/, MPI_Comm /*ranks*/) {
    refuse();
}

}  // namespace batchscope
