#include "diagnosis/machine_survey.hpp"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "communication/cuda_device.hpp"
#include "communication/placement.hpp"

namespace batchscope {

namespace {

/// Cores that the launcher may give to ranks on this host: those of the process that started this
/// one (mpirun, its daemon or Slurm's), which the job's limits bind but no rank's binding.
int available_cores() {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    const int of_parent =
        sched_getaffinity(::getppid(), sizeof(mask), &mask) == 0 ? CPU_COUNT(&mask) : 0;
    const int own = static_cast<int>(allowed_cores().size());
    const char* of_job = std::getenv("SLURM_CPUS_ON_NODE");
    const int limit = of_job == nullptr ? 0 : std::atoi(of_job);
    return std::max(own, limit > 0 ? std::min(limit, of_parent) : of_parent);
}

RankMachine own_machine(const DeviceBinding& binding, const std::string& cpu,
                        const std::string& host) {
    RankMachine own;
    own.host = host;
    own.cpu = cpu;
    own.cores = allowed_cores();
    own.threads = at::get_num_threads();
    own.available_cores = available_cores();
    if (binding.ordinal) {
        const DeviceDescription gpu = describe_device(*binding.ordinal);
        own.gpu = gpu.name;
        own.gpu_id = gpu.id;
        own.architecture = gpu.architecture;
        own.gpu_cores = cores_near_device(gpu.pci_bus_id);
        own.visible_gpus = visible_devices();
    }
    return own;
}

}  // namespace

std::vector<RankMachine> survey_machines(const DeviceBinding& binding, const std::string& cpu,
                                         Communicator& communicator) {
    RankMachine own;
    communicator.together([&] { own = own_machine(binding, cpu, communicator.placement().host); });
    std::vector<RankMachine> all(static_cast<std::size_t>(communicator.size()));
    const auto gather = [&](const std::string& text, const auto& store) {
        const auto texts = communicator.gather(text);
        for (std::size_t rank = 0; rank < texts.size(); ++rank) {
            store(all[rank], texts[rank]);
        }
    };
    using Machine = RankMachine;
    using Text = std::string;
    gather(own.host, [](Machine& rank, const Text& text) { rank.host = text; });
    gather(own.cpu, [](Machine& rank, const Text& text) { rank.cpu = text; });
    gather(core_list_text(own.cores),
           [](Machine& rank, const Text& text) { rank.cores = parse_core_list(text); });
    gather(fmt::format("{}", own.threads),
           [](Machine& rank, const Text& text) { rank.threads = std::stoi(text); });
    gather(fmt::format("{}", own.available_cores),
           [](Machine& rank, const Text& text) { rank.available_cores = std::stoi(text); });
    gather(own.gpu, [](Machine& rank, const Text& text) { rank.gpu = text; });
    gather(own.gpu_id, [](Machine& rank, const Text& text) { rank.gpu_id = text; });
    gather(own.architecture, [](Machine& rank, const Text& text) { rank.architecture = text; });
    gather(core_list_text(own.gpu_cores),
           [](Machine& rank, const Text& text) { rank.gpu_cores = parse_core_list(text); });
    gather(fmt::format("{}", own.visible_gpus),
           [](Machine& rank, const Text& text) { rank.visible_gpus = std::stoi(text); });
    return all;
}

}  // namespace batchscope
