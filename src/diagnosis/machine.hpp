#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "diagnosis/finding.hpp"

namespace batchscope {

/// What one rank runs on.
struct RankMachine {
    std::string host;
    std::string cpu;             ///< model
    std::vector<int> cores;      ///< bound to
    int threads = 1;             ///< compute threads
    int available_cores = 0;     ///< that the launcher may give to ranks on this host
    std::string gpu;             ///< model; empty: runs on the CPU
    std::string gpu_id;          ///< UUID and PCI bus id
    std::string architecture;    ///< "sm_70"
    std::vector<int> gpu_cores;  ///< cores near the GPU; empty: the system does not tell
    int visible_gpus = 0;
};

/// Cores on the same part of the mainboard as the PCI device ("0000:3B:00.0"), from Linux's /sys.
/// Empty where the system does not tell.
[[nodiscard]] std::vector<int> cores_near_device(
    const std::string& pci_bus_id, const std::filesystem::path& devices = "/sys/bus/pci/devices");

/// One line a rank (two with a GPU): host, device, cores, threads.
[[nodiscard]] std::string machine_table(const std::vector<RankMachine>& ranks);

/// How many hosts the ranks run on.
[[nodiscard]] int number_of_hosts(const std::vector<RankMachine>& ranks);

/// More compute threads than cores, ranks that share cores, ranks pinned to a small part of the
/// host.
[[nodiscard]] std::vector<Finding> judge_cores(const std::vector<RankMachine>& ranks);

/// CPUs or GPUs of different models, ranks spread unevenly: the slowest sets the pace of all.
[[nodiscard]] std::vector<Finding> judge_equality(const std::vector<RankMachine>& ranks);

/// Architecture, idle GPUs, and cores far from the GPU. `compiled`: what LibTorch holds code for.
[[nodiscard]] std::vector<Finding> judge_gpus(const std::vector<RankMachine>& ranks,
                                              const std::vector<std::string>& compiled);

}  // namespace batchscope
