#include "communication/device_binding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "communication/cuda_device.hpp"
#include "core/error.hpp"

namespace batchscope {

namespace {

/// The variable that says a GPU was granted, as NAME=VALUE; empty when none does.
std::string granted_gpu(const std::map<std::string, std::string>& environment) {
    for (const auto& [name, value] : environment) {
        // An empty CUDA_VISIBLE_DEVICES, -1 or NoDevFiles takes GPUs away.
        if (!value.empty() && value != "-1" && value != "NoDevFiles" && value != "0") {
            return name + "=" + value;
        }
        if (value == "0" && name != "SLURM_GPUS_ON_NODE") {
            return name + "=" + value;
        }
    }
    return {};
}

std::string no_gpu_reason(const BindingQuestion& question) {
    if (!question.built_with_cuda) {
        return "this build has no CUDA (its LibTorch is CPU-only)";
    }
    const auto visible = question.environment.find("CUDA_VISIBLE_DEVICES");
    if (visible != question.environment.end()) {
        return fmt::format("CUDA sees no GPU with CUDA_VISIBLE_DEVICES='{}'", visible->second);
    }
    return "CUDA sees no GPU on this host (no driver, or no GPU granted)";
}

}  // namespace

DeviceBinding bind_device(const BindingQuestion& question) {
    const std::string granted = granted_gpu(question.environment);
    const bool none = question.visible_devices == 0 || !question.built_with_cuda;
    if (question.device == DeviceChoice::cpu ||
        (question.device == DeviceChoice::automatic && none && granted.empty())) {
        if (question.communication == CommunicationChoice::nccl) {
            throw environment_error(
                "--communication nccl needs a GPU, and this run is on the CPU",
                "pass --communication mpi, or --device cuda on a machine with GPUs");
        }
        return {};
    }
    if (none && question.device == DeviceChoice::automatic) {
        throw environment_error(
            fmt::format("{} grants a GPU, but {}", granted, no_gpu_reason(question)),
            "check nvidia-smi and the driver on this host; to train on the CPU all the same pass "
            "--device cpu");
    }
    if (none) {
        throw environment_error(fmt::format("--device cuda: {}", no_gpu_reason(question)),
                                "ask the scheduler for GPUs (--gpus-per-node), check "
                                "CUDA_VISIBLE_DEVICES and nvidia-smi, or "
                                "pass --device cpu");
    }
    return {question.placement.local_rank % question.visible_devices,
            question.communication != CommunicationChoice::mpi};
}

void check_sharing(const std::vector<std::string>& devices_of_ranks,
                   CommunicationChoice communication) {
    for (std::size_t rank = 0; rank < devices_of_ranks.size(); ++rank) {
        const auto& device = devices_of_ranks[rank];
        const auto first = static_cast<std::size_t>(
            std::find(devices_of_ranks.begin(), devices_of_ranks.end(), device) -
            devices_of_ranks.begin());
        if (!device.empty() && first != rank && communication != CommunicationChoice::mpi) {
            throw environment_error(
                fmt::format("ranks {} and {} share one GPU ({}): more ranks than GPUs on a host",
                            first, rank, device),
                "start one rank per GPU, or pass --communication mpi (staged through the host, "
                "slower)");
        }
    }
}

std::string device_name_for_dry_run(const DeviceBinding& binding, const BindingQuestion& question) {
    if (!binding.ordinal) {
        return {};
    }
    const auto visible = question.environment.find("CUDA_VISIBLE_DEVICES");
    std::string name = fmt::format("{}", *binding.ordinal);
    if (visible != question.environment.end()) {
        std::istringstream list(visible->second);
        for (int i = 0; i <= *binding.ordinal; ++i) {
            if (!std::getline(list, name, ',')) {
                name = fmt::format("{}", *binding.ordinal);
                break;
            }
        }
    }
    return fmt::format("{} GPU {}", question.placement.host, name);
}

BindingQuestion ask_binding(DeviceChoice device, CommunicationChoice communication,
                            const Placement& placement) {
    BindingQuestion question{device, communication, placement, built_with_cuda(), 0, {}};
    for (const char* name :
         {"CUDA_VISIBLE_DEVICES", "SLURM_GPUS_ON_NODE", "SLURM_JOB_GPUS", "SLURM_STEP_GPUS"}) {
        if (const char* value = std::getenv(name)) {
            question.environment[name] = value;
        }
    }
    if (const char* count = std::getenv("BATCHSCOPE_VISIBLE_DEVICES")) {
        question.visible_devices = std::atoi(count);
    } else if (device != DeviceChoice::cpu) {
        question.visible_devices = visible_devices();
    }
    return question;
}

DeviceChoice parse_device(const std::string& text) {
    if (text == "auto") {
        return DeviceChoice::automatic;
    }
    if (text == "cpu") {
        return DeviceChoice::cpu;
    }
    if (text == "cuda") {
        return DeviceChoice::cuda;
    }
    throw configuration_error(fmt::format("--device {}: unknown device", text),
                              "use auto, cpu or cuda");
}

CommunicationChoice parse_communication(const std::string& text) {
    if (text == "auto") {
        return CommunicationChoice::automatic;
    }
    if (text == "nccl") {
        return CommunicationChoice::nccl;
    }
    if (text == "mpi") {
        return CommunicationChoice::mpi;
    }
    throw configuration_error(fmt::format("--communication {}: unknown", text),
                              "use auto, nccl or mpi");
}

}  // namespace batchscope
