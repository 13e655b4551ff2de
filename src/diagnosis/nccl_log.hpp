#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "diagnosis/finding.hpp"
#include "diagnosis/temporary_paths.hpp"

namespace batchscope {

/// Has NCCL write what it chooses to a file of this process. Call before NCCL's first use, which
/// reads the environment once.
[[nodiscard]] std::filesystem::path redirect_nccl_log(TemporaryPaths& temporary);

/// How NCCL sends from one rank to another.
struct NcclConnection {
    int from = 0;
    int to = 0;
    std::string transport;  ///< "P2P/CUMEM", "SHM/direct/direct", "NET/IB/0/GDRDMA", "NET/Socket/0"
};

/// The lines of a log that name connections; empty where NCCL was not used.
[[nodiscard]] std::string nccl_connection_lines(const std::filesystem::path& log);

/// The connections that NCCL's debug output reports.
[[nodiscard]] std::vector<NcclConnection> parse_nccl_connections(const std::string& log);

/// Whether the ranks reach each other the fast way: P2P on a host, InfiniBand with GPUDirect
/// between hosts. `hosts` holds the host of each rank.
[[nodiscard]] std::vector<Finding> judge_nccl_connections(
    const std::vector<NcclConnection>& connections, const std::vector<std::string>& hosts);

}  // namespace batchscope
