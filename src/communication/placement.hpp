#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace batchscope {

/// Where this rank stands among the ranks that work together, and on its host.
struct Placement {
    int rank = 0;
    int size = 1;
    int local_rank = 0;  ///< rank among the job's ranks on this host (MPI_COMM_TYPE_SHARED)
    int local_size = 1;
    std::string host;
    std::string name{};  ///< "rank 3 of 4 on HOST", among all ranks of the job: for messages
};

/// Refuses to run as one of several processes that each believe to be rank 0 of 1 (launcher and MPI
/// speak different dialects). Reads OMPI_COMM_WORLD_SIZE, SLURM_STEP_NUM_TASKS and SLURM_NTASKS;
/// remote ranks of a multi-node mpirun see SLURM_NTASKS=1, so no simpler rule works. Throws Error
/// (environment) with both numbers.
void check_world_size(int world_size, bool allow_single);

/// Cores that this process may run on.
[[nodiscard]] std::vector<int> allowed_cores();

/// "0-3,8": a core list for people.
[[nodiscard]] std::string core_list_text(const std::vector<int>& cores);

/// "0-3,8" as numbers; empty for what is no such list.
[[nodiscard]] std::vector<int> parse_core_list(const std::string& text);

/// How many compute threads a rank starts: `requested` (OMP_NUM_THREADS, 0 = unset) if given, else
/// its part of the cores that the ranks of its host may use together, so that their sum does not
/// exceed those cores. `cores_of_host_ranks` holds allowed_cores() of every rank on the host.
[[nodiscard]] int compute_threads(int requested, int local_rank,
                                  const std::vector<std::vector<int>>& cores_of_host_ranks);

}  // namespace batchscope
