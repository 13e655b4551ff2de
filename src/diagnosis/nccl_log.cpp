#include "diagnosis/nccl_log.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>

namespace batchscope {

namespace {

/// "NET/IB" of "NET/IB/0/GDRDMA", so that channels and devices do not fill the line.
std::string kind(const std::string& transport) {
    const bool direct = transport.find("GDRDMA") != std::string::npos;
    const auto first = transport.find('/');
    const auto second = first == std::string::npos ? first : transport.find('/', first + 1);
    return transport.substr(0, second) + (direct ? " with GPUDirect" : "");
}

std::set<std::string> kinds(const std::vector<NcclConnection>& connections) {
    std::set<std::string> found;
    for (const auto& connection : connections) {
        found.insert(kind(connection.transport));
    }
    return found;
}

bool all_start_with(const std::vector<NcclConnection>& connections, const char* prefix) {
    return std::all_of(connections.begin(), connections.end(), [&](const NcclConnection& each) {
        return each.transport.starts_with(prefix);
    });
}

bool all_direct(const std::vector<NcclConnection>& connections) {
    return std::all_of(connections.begin(), connections.end(), [](const NcclConnection& each) {
        return each.transport.find("GDRDMA") != std::string::npos;
    });
}

Finding judge_within_hosts(const std::vector<NcclConnection>& connections) {
    const std::string what =
        fmt::format("NCCL on a host goes through {}", fmt::join(kinds(connections), ", "));
    if (all_start_with(connections, "P2P")) {
        return passed(what);
    }
    return warned(what + ": GPUs do not reach each other's memory",
                  "let every rank see all GPUs of its host (srun --gpus-per-node=N "
                  "--gpu-bind=none, not --gpus-per-task); then look at nvidia-smi topo -m and "
                  "NCCL_P2P_LEVEL; PCI access control (ACS, IOMMU) also prevents it");
}

std::vector<Finding> judge_between_hosts(const std::vector<NcclConnection>& connections) {
    const std::string what =
        fmt::format("NCCL between hosts goes through {}", fmt::join(kinds(connections), ", "));
    if (!all_start_with(connections, "NET/") ||
        std::any_of(connections.begin(), connections.end(), [](const NcclConnection& each) {
            return each.transport.starts_with("NET/Socket");
        })) {
        return {warned(what + ", not InfiniBand",
                       "where the hosts have it: ibstat, 'ulimit -l unlimited' in the job, "
                       "NCCL_IB_DISABLE unset, NCCL_IB_HCA=mlx5; else NCCL_SOCKET_IFNAME=the "
                       "fastest interface")};
    }
    if (!all_direct(connections)) {
        return {passed(what), warned("GPUDirect is not used: data go through host memory",
                                     "ask for the kernel module nvidia_peermem (lsmod | grep "
                                     "peermem), and bind ranks to GPUs near the network card "
                                     "(nvidia-smi topo -m, NCCL_NET_GDR_LEVEL)")};
    }
    return {passed(what)};
}

}  // namespace

std::filesystem::path redirect_nccl_log(TemporaryPaths& temporary) {
    std::filesystem::path file = std::filesystem::temp_directory_path() /
                                 fmt::format("batchscope-doctor-nccl-{}", ::getpid());
    temporary.add(file);
    setenv("NCCL_DEBUG", "INFO", /*overwrite=*/1);
    setenv("NCCL_DEBUG_SUBSYS", "INIT,NET", /*overwrite=*/1);
    setenv("NCCL_DEBUG_FILE", file.c_str(), /*overwrite=*/1);
    return file;
}

std::string nccl_connection_lines(const std::filesystem::path& log) {
    std::ifstream file(log);
    std::string lines;
    for (std::string line; std::getline(file, line);) {
        if (line.find(" via ") != std::string::npos) {
            lines += line + "\n";
        }
    }
    return lines;
}

std::vector<NcclConnection> parse_nccl_connections(const std::string& log) {
    // host:1234:1299 [0] NCCL INFO Channel 00/0 : 1[0] -> 2[1] [send] via NET/IB/0/GDRDMA
    static const std::regex line_format(
        R"(Channel \S+ : (\d+)\[\w+\] -> (\d+)\[\w+\](?: \[\w+\])? via (\S+))");
    std::vector<NcclConnection> connections;
    for (auto match = std::sregex_iterator(log.begin(), log.end(), line_format);
         match != std::sregex_iterator(); ++match) {
        connections.push_back({std::stoi((*match)[1]), std::stoi((*match)[2]), (*match)[3].str()});
    }
    return connections;
}

std::vector<Finding> judge_nccl_connections(const std::vector<NcclConnection>& connections,
                                            const std::vector<std::string>& hosts) {
    std::vector<NcclConnection> within;
    std::vector<NcclConnection> between;
    for (const auto& connection : connections) {
        const bool same_host = hosts.at(static_cast<std::size_t>(connection.from)) ==
                               hosts.at(static_cast<std::size_t>(connection.to));
        (same_host ? within : between).push_back(connection);
    }
    std::vector<Finding> findings;
    if (!within.empty()) {
        findings.push_back(judge_within_hosts(within));
    }
    if (!between.empty()) {
        const auto found = judge_between_hosts(between);
        findings.insert(findings.end(), found.begin(), found.end());
    }
    if (findings.empty()) {
        findings.push_back(not_checked("NCCL's transport: its debug output does not name it"));
    }
    return findings;
}

}  // namespace batchscope
