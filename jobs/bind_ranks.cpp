#include "bind_ranks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <vector>

#include "communication/mpi_communicator.hpp"
#include "communication/nccl_communicator.hpp"
#include "core/log.hpp"
#include "core/version.hpp"
#include "process_setup.hpp"

namespace batchscope {

DeviceBinding bind_ranks(const LaunchOptions& options, BindingUse use, Communicator& communicator) {
    const bool only_list = use == BindingUse::list;
    DeviceBinding binding;
    BindingQuestion question;
    communicator.together([&] {
        check_world_size(communicator.size(), options.allow_single || only_list);
        question = ask_binding(options.device, options.communication, communicator.placement());
        binding = bind_device(question);
    });
    std::vector<std::string> devices;
    if (only_list) {
        devices = communicator.gather(device_name_for_dry_run(binding, question));
        for (std::size_t rank = 0; rank < devices.size(); ++rank) {
            say("rank {} runs on {}", rank, devices[rank].empty() ? "the CPU" : devices[rank]);
        }
        const auto ordinals = communicator.gather(fmt::format("{}", binding.ordinal.value_or(-1)));
        say("device ordinals: {}", fmt::join(ordinals, " "));
    } else {
        devices = devices_of_ranks(binding, communicator);
    }
    communicator.together([&] { check_sharing(devices, options.communication); });
    return binding;
}

void introduce(const std::string& program, const DeviceBinding& binding,
               const Communicator& communicator) {
    say("{} {} on {} rank(s), {}, communication {}", program, version, communicator.size(),
        binding.ordinal ? "GPU" : "CPU", binding.nccl ? "nccl" : "mpi");
}

std::unique_ptr<Communicator> connect(const DeviceBinding& binding, const Placement& placement,
                                      Watchdog& watchdog, MPI_Comm ranks) {
    if (binding.nccl) {
        return make_nccl_communicator(placement, watchdog, ranks);
    }
    return std::make_unique<MpiCommunicator>(placement, watchdog, ranks);
}

}  // namespace batchscope
