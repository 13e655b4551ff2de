#include "analysis/runs/standing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "results/ended_from_outside.hpp"

namespace batchscope {

std::string to_string(Standing standing) {
    switch (standing) {
        case Standing::counted:
            return "counted";
        case Standing::collapsed:
            return "collapsed";
        case Standing::diverged:
            return "diverged";
        case Standing::out_of_memory:
            return "out of memory";
        case Standing::failed:
            return "failed";
        case Standing::interrupted:
            return "interrupted";
        case Standing::stopped:
            return "stopped";
        case Standing::in_progress:
            return "in progress";
        case Standing::without_metrics:
            return "without final figures";
        case Standing::without_its_target:
            return "alias of a run that is not among the files";
    }
    return "unknown";
}

Standing standing_of(const AnalyzedRun& run) {
    switch (run.status) {
        case RunStatus::running:
            return Standing::in_progress;
        case RunStatus::diverged:
            return Standing::diverged;
        case RunStatus::stopped:
            return Standing::stopped;
        case RunStatus::failed:
            if (ran_out_of_memory(run)) {
                return Standing::out_of_memory;
            }
            return was_ended_from_outside(run.reason) ? Standing::interrupted : Standing::failed;
        case RunStatus::complete:
            break;
    }
    if (run.collapsed) {
        return Standing::collapsed;
    }
    return std::isfinite(run.metrics.train_loss) ? Standing::counted : Standing::without_metrics;
}

Fate fate_of(Standing standing) {
    switch (standing) {
        case Standing::counted:
            return Fate::counted;
        case Standing::collapsed:
        case Standing::diverged:
        case Standing::out_of_memory:
        case Standing::failed:
            return Fate::lost;
        case Standing::interrupted:
        case Standing::stopped:
        case Standing::in_progress:
        case Standing::without_metrics:
        case Standing::without_its_target:
            break;
    }
    return Fate::unfinished;
}

bool ran_out_of_memory(const AnalyzedRun& run) {
    if (run.status != RunStatus::failed) {
        return false;
    }
    constexpr std::array<std::string_view, 4> phrases{"out of memory", "allocate memory",
                                                      "ALLOC_FAILED", "bad_alloc"};
    return std::any_of(phrases.begin(), phrases.end(), [&run](std::string_view phrase) {
        return run.reason.find(phrase) != std::string::npos;
    });
}

std::int64_t lost_of(const Standings& standings) {
    std::int64_t lost = 0;
    for (const auto& [standing, runs] : standings) {
        lost += fate_of(standing) == Fate::lost ? runs : 0;
    }
    return lost;
}

}  // namespace batchscope
