#include "results/run_record.hpp"

namespace batchscope {

std::string to_string(RunStatus status) {
    switch (status) {
        case RunStatus::running:
            return "running";
        case RunStatus::complete:
            return "complete";
        case RunStatus::diverged:
            return "diverged";
        case RunStatus::stopped:
            return "stopped";
        case RunStatus::failed:
            return "failed";
    }
    return "unknown";
}

}  // namespace batchscope
