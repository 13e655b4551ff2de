#include "communication/placement.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <set>
#include <sstream>

#include "core/error.hpp"

namespace batchscope {

namespace {

long long environment_number(const char* name) {
    const char* text = std::getenv(name);
    return text == nullptr ? 0 : std::atoll(text);
}

}  // namespace

void check_world_size(int world_size, bool allow_single) {
    if (world_size > 1 || allow_single || std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr) {
        return;
    }
    for (const char* name : {"SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"}) {
        if (environment_number(name) > 1) {
            throw environment_error(
                fmt::format(
                    "this process is rank 0 of 1 in MPI, but {}={}: the launcher's tasks do not "
                    "find each other, and each would train alone",
                    name, std::getenv(name)),
                "start with 'srun --mpi=pmix' (or another type that 'srun --mpi=list' shows and "
                "this MPI "
                "speaks), or with mpirun; for one deliberate process pass --allow-single");
        }
    }
}

std::vector<int> allowed_cores() {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    std::vector<int> cores;
    if (sched_getaffinity(0, sizeof(mask), &mask) == 0) {
        for (int core = 0; core < CPU_SETSIZE; ++core) {
            if (CPU_ISSET(core, &mask)) {
                cores.push_back(core);
            }
        }
    }
    return cores;
}

std::string core_list_text(const std::vector<int>& cores) {
    std::string text;
    for (std::size_t i = 0; i < cores.size();) {
        std::size_t last = i;
        while (last + 1 < cores.size() && cores[last + 1] == cores[last] + 1) {
            ++last;
        }
        text += text.empty() ? "" : ",";
        text +=
            last == i ? fmt::format("{}", cores[i]) : fmt::format("{}-{}", cores[i], cores[last]);
        i = last + 1;
    }
    return text;
}

std::vector<int> parse_core_list(const std::string& text) {
    std::vector<int> cores;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
        int first = 0;
        const char* end = part.data() + part.size();
        auto parsed = std::from_chars(part.data(), end, first);
        int last = first;
        if (parsed.ec == std::errc{} && parsed.ptr != end && *parsed.ptr == '-') {
            parsed = std::from_chars(parsed.ptr + 1, end, last);
        }
        if (parsed.ec != std::errc{} || parsed.ptr != end) {
            return {};
        }
        for (int core = first; core <= last; ++core) {
            cores.push_back(core);
        }
    }
    return cores;
}

int compute_threads(int requested, int local_rank,
                    const std::vector<std::vector<int>>& cores_of_host_ranks) {
    if (requested > 0) {
        return requested;
    }
    std::set<int> together;
    for (const auto& cores : cores_of_host_ranks) {
        together.insert(cores.begin(), cores.end());
    }
    const auto share = together.size() / std::max<std::size_t>(1, cores_of_host_ranks.size());
    const auto own = cores_of_host_ranks.at(static_cast<std::size_t>(local_rank)).size();
    return static_cast<int>(std::max<std::size_t>(1, std::min(share, own)));
}

}  // namespace batchscope
