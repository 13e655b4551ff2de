#include "diagnosis/machine.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <set>

#include "communication/fat_binary.hpp"
#include "communication/placement.hpp"

namespace batchscope {

namespace {

/// The ranks of each host, in order of the hosts' names.
std::map<std::string, std::vector<const RankMachine*>> by_host(
    const std::vector<RankMachine>& ranks) {
    std::map<std::string, std::vector<const RankMachine*>> hosts;
    for (const auto& rank : ranks) {
        hosts[rank.host].push_back(&rank);
    }
    return hosts;
}

std::set<int> cores_together(const std::vector<const RankMachine*>& ranks) {
    std::set<int> cores;
    for (const RankMachine* rank : ranks) {
        cores.insert(rank->cores.begin(), rank->cores.end());
    }
    return cores;
}

/// "n1, n2, n3 and 5 more": enough to look there.
std::string names(const std::set<std::string>& all) {
    constexpr std::size_t shown = 4;
    std::vector<std::string> first;
    std::copy_n(all.begin(), std::min(shown, all.size()), std::back_inserter(first));
    return all.size() <= shown
               ? fmt::format("{}", fmt::join(first, ", "))
               : fmt::format("{} and {} more", fmt::join(first, ", "), all.size() - shown);
}

/// Hosts where `is_so` holds, for a warning that names them.
template <class Condition>
std::set<std::string> hosts_where(const std::vector<RankMachine>& ranks, const Condition& is_so) {
    std::set<std::string> found;
    for (const auto& [host, its_ranks] : by_host(ranks)) {
        if (is_so(its_ranks)) {
            found.insert(host);
        }
    }
    return found;
}

int threads_together(const std::vector<const RankMachine*>& ranks) {
    int threads = 0;
    for (const RankMachine* rank : ranks) {
        threads += rank->threads;
    }
    return threads;
}

bool has_more_threads_than_cores(const std::vector<const RankMachine*>& ranks) {
    return threads_together(ranks) > static_cast<int>(cores_together(ranks).size());
}

bool shares_cores(const std::vector<const RankMachine*>& ranks) {
    std::size_t bound = 0;
    for (const RankMachine* rank : ranks) {
        bound += rank->cores.size();
    }
    return bound > cores_together(ranks).size();
}

bool leaves_half_of_the_cores_idle(const std::vector<const RankMachine*>& ranks) {
    return 2 * static_cast<int>(cores_together(ranks).size()) < ranks.front()->available_cores;
}

std::string models_text(const std::vector<RankMachine>& ranks, std::string RankMachine::*model) {
    std::map<std::string, std::set<std::string>> hosts;
    for (const auto& rank : ranks) {
        hosts[rank.*model].insert(rank.host);
    }
    std::string text;
    for (const auto& [name, where] : hosts) {
        text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", name.empty() ? "none" : name,
                            names(where));
    }
    return text;
}

Finding judge_models(const std::vector<RankMachine>& ranks, std::string RankMachine::*model,
                     const char* what) {
    const bool equal = std::all_of(ranks.begin(), ranks.end(), [&](const RankMachine& rank) {
        return rank.*model == ranks.front().*model;
    });
    if (equal) {
        return passed(fmt::format("every rank has the same {}", what));
    }
    return warned(fmt::format("ranks have different {}s: {}", what, models_text(ranks, model)),
                  "ask the scheduler for nodes of one kind (--constraint, --gres=gpu:TYPE:N): the "
                  "slowest sets the pace, and runs on other models are not equal bit for bit");
}

Finding judge_spread(const std::vector<RankMachine>& ranks) {
    std::size_t fewest = ranks.size();
    std::size_t most = 0;
    for (const auto& [host, its_ranks] : by_host(ranks)) {
        fewest = std::min(fewest, its_ranks.size());
        most = std::max(most, its_ranks.size());
    }
    if (fewest == most) {
        return passed(fmt::format("{} rank(s) on every host", most));
    }
    return warned(fmt::format("hosts have from {} to {} ranks", fewest, most),
                  "start as many on each: srun --ntasks-per-node=N, mpirun --map-by ppr:N:node");
}

std::string compiled_text(const std::vector<std::string>& compiled) {
    return compiled.empty()
               ? std::string("LibTorch does not tell what GPUs it holds code for")
               : fmt::format("LibTorch holds GPU code for {}", fmt::join(compiled, " "));
}

Finding judge_architecture(const std::vector<RankMachine>& ranks,
                           const std::vector<std::string>& compiled) {
    if (compiled.empty()) {
        return not_checked(compiled_text(compiled));
    }
    const std::string code = compiled_text(compiled);
    for (const auto& rank : ranks) {
        if (!architecture_is_served(rank.architecture, compiled)) {
            return failed(fmt::format("{} on {} is of architecture {}; {}", rank.gpu, rank.host,
                                      rank.architecture, code),
                          "build against a LibTorch with that architecture "
                          "(-DBATCHSCOPE_LIBTORCH=FOLDER), or train with --device cpu");
        }
    }
    return passed(fmt::format("{}: serves {}", code, ranks.front().architecture));
}

Finding judge_idle_gpus(const std::vector<RankMachine>& ranks) {
    const auto idle = hosts_where(ranks, [](const std::vector<const RankMachine*>& its_ranks) {
        std::set<std::string> used;
        int visible = 0;
        for (const RankMachine* rank : its_ranks) {
            used.insert(rank->gpu_id);
            visible = std::max(visible, rank->visible_gpus);
        }
        return static_cast<int>(used.size()) < visible;
    });
    if (idle.empty()) {
        return passed("every visible GPU has a rank");
    }
    return warned(fmt::format("GPUs without a rank on {}", names(idle)),
                  "start one rank per GPU, or ask for fewer GPUs");
}

Finding judge_locality(const std::vector<RankMachine>& ranks) {
    std::size_t told = 0;
    for (const auto& rank : ranks) {
        told += rank.gpu_cores.empty() ? 0 : 1;
        const bool far =
            !rank.gpu_cores.empty() &&
            std::none_of(rank.cores.begin(), rank.cores.end(), [&](int core) {
                return std::binary_search(rank.gpu_cores.begin(), rank.gpu_cores.end(), core);
            });
        if (far) {
            return warned(
                fmt::format("rank {} on {} is bound to core(s) {}, and its GPU is near {}",
                            &rank - ranks.data(), rank.host, core_list_text(rank.cores),
                            core_list_text(rank.gpu_cores)),
                "bind near the GPU: srun --gpus-per-node=N with --cpu-bind=cores and enough "
                "--cpus-per-task, or mpirun --map-by numa --bind-to numa");
        }
    }
    if (told == 0) {
        return not_checked("cores near the GPUs: /sys does not tell on these hosts");
    }
    return passed("every rank has cores near its GPU");
}

}  // namespace

std::vector<int> cores_near_device(const std::string& pci_bus_id,
                                   const std::filesystem::path& devices) {
    std::string name = pci_bus_id;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    std::ifstream file(devices / name / "local_cpulist");
    std::string list;
    std::getline(file, list);
    return parse_core_list(list);
}

int number_of_hosts(const std::vector<RankMachine>& ranks) {
    return static_cast<int>(by_host(ranks).size());
}

std::string machine_table(const std::vector<RankMachine>& ranks) {
    std::size_t host_width = 4;
    std::size_t cores_width = 5;
    for (const auto& rank : ranks) {
        host_width = std::max(host_width, rank.host.size());
        cores_width = std::max(cores_width, core_list_text(rank.cores).size());
    }
    const std::size_t fixed = 4 + 2 + host_width + 2 + 2 + cores_width + 2 + 7;
    const std::size_t device_width = std::max<std::size_t>(12, fixed < 80 ? 80 - fixed : 0);
    std::string text =
        fmt::format("{:>4}  {:<{}}  {:<{}}  {:<{}}  {:>7}", "rank", "host", host_width, "runs on",
                    device_width, "cores", cores_width, "threads");
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        const RankMachine& rank = ranks[i];
        const std::string device =
            rank.gpu.empty() ? rank.cpu : fmt::format("{}, {}", rank.gpu, rank.architecture);
        text += fmt::format("\n{:>4}  {:<{}}  {:<{}}  {:<{}}  {:>7}", i, rank.host, host_width,
                            device.substr(0, device_width), device_width,
                            core_list_text(rank.cores), cores_width, rank.threads);
        if (!rank.gpu.empty()) {
            text += fmt::format("\n{:>{}}{}", "", 4 + 2 + host_width + 2, rank.gpu_id);
        }
    }
    return text;
}

std::vector<Finding> judge_cores(const std::vector<RankMachine>& ranks) {
    std::vector<Finding> findings;
    const auto crowded = hosts_where(ranks, has_more_threads_than_cores);
    const auto shared = hosts_where(ranks, shares_cores);
    const auto pinned = hosts_where(ranks, leaves_half_of_the_cores_idle);
    if (!crowded.empty()) {
        const auto hosts = by_host(ranks);
        const auto& worst = hosts.at(*crowded.begin());
        findings.push_back(warned(
            fmt::format("more compute threads than cores on {}: {} threads of {} rank(s) share {} "
                        "core(s)",
                        names(crowded), threads_together(worst), worst.size(),
                        cores_together(worst).size()),
            "start fewer ranks on a host or give each more cores (--cpus-per-task), and unset "
            "OMP_NUM_THREADS or lower it"));
    } else {
        findings.push_back(passed("no more compute threads than cores"));
    }
    if (!shared.empty()) {
        findings.push_back(warned(
            fmt::format("ranks are not bound to cores of their own on {}", names(shared)),
            "srun --cpus-per-task=N --cpu-bind=cores, or mpirun --map-by slot:PE=N --bind-to "
            "core"));
    } else {
        findings.push_back(passed("each rank has cores of its own"));
    }
    if (!pinned.empty()) {
        const auto hosts = by_host(ranks);
        const auto& first = hosts.at(*pinned.begin());
        findings.push_back(warned(
            fmt::format("over half of the cores stay idle on {}: ranks may use {} of {}",
                        names(pinned), cores_together(first).size(),
                        first.front()->available_cores),
            "mpirun binds each of one or two ranks to a single core: give them more with --map-by "
            "slot:PE=N --bind-to core; under srun raise --cpus-per-task"));
    }
    return findings;
}

std::vector<Finding> judge_equality(const std::vector<RankMachine>& ranks) {
    std::vector<Finding> findings{judge_spread(ranks),
                                  judge_models(ranks, &RankMachine::cpu, "CPU model")};
    if (std::any_of(ranks.begin(), ranks.end(),
                    [](const RankMachine& rank) { return !rank.gpu.empty(); })) {
        findings.push_back(judge_models(ranks, &RankMachine::gpu, "GPU model"));
    }
    return findings;
}

std::vector<Finding> judge_gpus(const std::vector<RankMachine>& ranks,
                                const std::vector<std::string>& compiled) {
    const auto without = hosts_where(ranks, [](const std::vector<const RankMachine*>& its_ranks) {
        return std::any_of(its_ranks.begin(), its_ranks.end(),
                           [](const RankMachine* rank) { return rank->gpu.empty(); });
    });
    if (without.empty()) {
        return {judge_architecture(ranks, compiled), judge_idle_gpus(ranks), judge_locality(ranks)};
    }
    if (std::all_of(ranks.begin(), ranks.end(),
                    [](const RankMachine& rank) { return rank.gpu.empty(); })) {
        return {
            not_checked("GPUs (binding, architecture, NCCL, GPUDirect): ranks run on the CPU; " +
                        compiled_text(compiled))};
    }
    return {failed(fmt::format("ranks on {} find no GPU, ranks elsewhere do", names(without)),
                   "check nvidia-smi on these hosts and ask the scheduler for GPUs on every node "
                   "(--gpus-per-node)")};
}

}  // namespace batchscope
