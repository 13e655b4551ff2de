#include "diagnosis/launch.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>
#include <cstdlib>

#include "communication/placement.hpp"

namespace batchscope {

namespace {

constexpr std::array pmi_variables{"PMIX_RANK", "PMIX_NAMESPACE", "PMI_RANK", "PMI_SIZE", "PMI_FD"};
constexpr std::array other_variables{"OMPI_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS",
                                     "SLURM_JOB_NUM_NODES",  "SLURM_STEP_NUM_NODES", "SLURM_PROCID",
                                     "OMPI_COMM_WORLD_RANK"};

std::optional<int> number(const std::map<std::string, std::string>& environment,
                          const std::string& name) {
    const auto found = environment.find(name);
    int value = 0;
    if (found == environment.end() ||
        std::from_chars(found->second.data(), found->second.data() + found->second.size(), value)
                .ec != std::errc{}) {
        return std::nullopt;
    }
    return value;
}

std::string pmi_text(const Launch& launch) {
    return launch.pmi.empty() ? std::string("no PMI variable is set")
                              : fmt::format("set: {}", fmt::join(launch.pmi, ", "));
}

std::string remedy_for_ranks(const Launch& launch) {
    if (launch.launcher == "mpirun") {
        return "start with the mpirun of the MPI that this program is linked to ('ldd "
               "batchscope-doctor' shows libmpi, 'which mpirun' the launcher)";
    }
    return "start with 'srun --mpi=pmix' ('srun --mpi=list' shows what this Slurm offers), or "
           "with mpirun in the job script; for one deliberate process pass --allow-single";
}

}  // namespace

std::map<std::string, std::string> launch_environment() {
    std::map<std::string, std::string> environment;
    const auto add = [&](const char* name) {
        if (const char* value = std::getenv(name)) {
            environment[name] = value;
        }
    };
    for (const char* name : pmi_variables) {
        add(name);
    }
    for (const char* name : other_variables) {
        add(name);
    }
    return environment;
}

Launch read_launch(const std::map<std::string, std::string>& environment) {
    Launch launch;
    const auto started_by = [&](const char* launcher, const char* variable) {
        launch.processes = number(environment, variable);
        if (launch.processes) {
            launch.launcher = launcher;
            launch.counted_by = fmt::format("{}={}", variable, *launch.processes);
        }
        return launch.processes.has_value();
    };
    // In this order: remote ranks of an mpirun are children of an srun that started its daemon.
    const bool mpirun = started_by("mpirun", "OMPI_COMM_WORLD_SIZE");
    const bool srun = !mpirun && started_by("srun", "SLURM_STEP_NUM_TASKS");
    for (const char* name : pmi_variables) {
        if (environment.contains(name)) {
            launch.pmi.emplace_back(name);
        }
    }
    launch.nodes = number(environment, srun ? "SLURM_STEP_NUM_NODES" : "SLURM_JOB_NUM_NODES");
    launch.rank = number(environment, mpirun ? "OMPI_COMM_WORLD_RANK" : "SLURM_PROCID");
    return launch;
}

std::optional<Finding> judge_pmi(const Launch& launch) {
    if (launch.launcher != "srun" || *launch.processes < 2) {
        return std::nullopt;
    }
    if (launch.pmi.empty()) {
        return failed(fmt::format("srun started {} processes ({}), but {}: they cannot find each "
                                  "other",
                                  *launch.processes, launch.counted_by, pmi_text(launch)),
                      remedy_for_ranks(launch));
    }
    if (!launch.pmi.front().starts_with("PMIX")) {
        return warned(fmt::format("srun offers no PMIx ({}): MPI may stop here", pmi_text(launch)),
                      remedy_for_ranks(launch));
    }
    return std::nullopt;
}

Finding judge_world_size(const Launch& launch, int world_size, bool allow_single) {
    if (world_size == 1 && allow_single) {
        return passed("1 rank, as --allow-single asks");
    }
    if (launch.processes && *launch.processes != world_size) {
        return failed(
            fmt::format("{} started {} processes ({}), but MPI finds {}; {}", launch.launcher,
                        *launch.processes, launch.counted_by, world_size, pmi_text(launch)),
            remedy_for_ranks(launch));
    }
    try {
        check_world_size(world_size, allow_single);
    } catch (const Error& error) {
        return failed(error.problem(), error.remedy());
    }
    if (!launch.processes) {
        return passed(fmt::format("{} rank(s), started without a launcher", world_size));
    }
    return passed(fmt::format("{} rank(s), as {} counts ({}; {})", world_size, launch.launcher,
                              launch.counted_by, pmi_text(launch)));
}

Finding judge_nodes(const Launch& launch, int hosts_with_ranks) {
    if (!launch.nodes) {
        return not_checked("nodes of the job: no Slurm job");
    }
    if (hosts_with_ranks < *launch.nodes) {
        return warned(
            fmt::format("the job has {} nodes, and ranks run on {}", *launch.nodes,
                        hosts_with_ranks),
            "spread them: srun --ntasks-per-node=N, mpirun --map-by ppr:N:node; an mpirun that "
            "knows nothing of Slurm needs --hostfile");
    }
    return passed(fmt::format("ranks run on all {} node(s) of the job", *launch.nodes));
}

}  // namespace batchscope
