#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "communication/placement.hpp"

namespace batchscope {

enum class DeviceChoice { automatic, cpu, cuda };
enum class CommunicationChoice { automatic, nccl, mpi };

/// What a rank runs on: a GPU by its ordinal among the visible ones, or the CPU (no ordinal).
struct DeviceBinding {
    std::optional<int> ordinal;
    bool nccl = false;  ///< collectives of device tensors go over NCCL
};

/// What decides the binding, gathered before so that the rule is a pure function.
struct BindingQuestion {
    DeviceChoice device = DeviceChoice::automatic;
    CommunicationChoice communication = CommunicationChoice::automatic;
    Placement placement;
    bool built_with_cuda = false;
    int visible_devices = 0;
    /// CUDA_VISIBLE_DEVICES, SLURM_JOB_GPUS, SLURM_STEP_GPUS, SLURM_GPUS_ON_NODE where set.
    std::map<std::string, std::string> environment;
};

/// Device of a rank: its rank on the host modulo the visible devices; with one device visible per
/// rank that is device 0. Throws Error (environment): `cuda` or a granted GPU without a visible one
/// (auto never falls to the CPU silently on a machine that grants GPUs), NCCL without a GPU.
[[nodiscard]] DeviceBinding bind_device(const BindingQuestion& question);

/// Refuses ranks that share a GPU unless communication is mpi. `devices_of_ranks` names each rank's
/// GPU so that equal names are the same card (host and UUID); empty on the CPU. Ordinals cannot
/// tell: where Slurm shows each task its own card, all have ordinal 0. Throws Error (environment).
void check_sharing(const std::vector<std::string>& devices_of_ranks,
                   CommunicationChoice communication);

/// The name of a rank's GPU where CUDA cannot be asked: host and entry of CUDA_VISIBLE_DEVICES.
[[nodiscard]] std::string device_name_for_dry_run(const DeviceBinding& binding,
                                                  const BindingQuestion& question);

/// Reads the environment and CUDA for `placement`. The variable BATCHSCOPE_VISIBLE_DEVICES=N stands
/// in for the count that CUDA would report: for dry runs (--list --device cuda) on machines without
/// a GPU.
[[nodiscard]] BindingQuestion ask_binding(DeviceChoice device, CommunicationChoice communication,
                                          const Placement& placement);

/// Parses --device and --communication. Throw Error (configuration) with the valid names.
[[nodiscard]] DeviceChoice parse_device(const std::string& text);
[[nodiscard]] CommunicationChoice parse_communication(const std::string& text);

}  // namespace batchscope
