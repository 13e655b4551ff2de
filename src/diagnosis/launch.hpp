#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "diagnosis/finding.hpp"

namespace batchscope {

/// How this process was started, as far as its environment tells.
struct Launch {
    std::string launcher;          ///< "mpirun", "srun"; empty: started directly
    std::optional<int> processes;  ///< as many as the launcher says it started
    std::string counted_by;        ///< the variable that says it: "OMPI_COMM_WORLD_SIZE=4"
    std::vector<std::string> pmi;  ///< PMI variables seen, through which MPI finds its ranks
    std::optional<int> nodes;      ///< nodes of the job
    std::optional<int> rank;       ///< as the launcher counts, which tells processes apart where
                                   ///< MPI cannot
};

/// `environment` holds the variables of the process by name.
[[nodiscard]] Launch read_launch(const std::map<std::string, std::string>& environment);

/// The variables of this process that read_launch() looks at.
[[nodiscard]] std::map<std::string, std::string> launch_environment();

/// What is wrong with the PMI of several processes under srun: none (failed), or an old one that
/// this MPI may not speak (warning). An MPI without its PMI ends the process inside MPI_Init, so it
/// must be said before.
[[nodiscard]] std::optional<Finding> judge_pmi(const Launch& launch);

/// Whether launcher and MPI agree on the number of ranks. `allow_single`: one rank is meant.
[[nodiscard]] Finding judge_world_size(const Launch& launch, int world_size, bool allow_single);

/// Whether ranks run on every node of the job.
[[nodiscard]] Finding judge_nodes(const Launch& launch, int hosts_with_ranks);

}  // namespace batchscope
