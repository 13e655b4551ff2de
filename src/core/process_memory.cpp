#include "core/process_memory.hpp"

#include <fstream>
#include <string>

namespace batchscope {

namespace {

/// A line of /proc/self/status, in bytes.
std::int64_t status_bytes(const std::string& name) {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        std::int64_t kibibytes = 0;
        if (word == name && status >> kibibytes) {
            return kibibytes * 1024;
        }
    }
    return 0;
}

}  // namespace

std::int64_t peak_process_memory() {
    return status_bytes("VmHWM:");
}

std::int64_t resident_process_memory() {
    return status_bytes("VmRSS:");
}

void reset_peak_process_memory() {
    std::ofstream("/proc/self/clear_refs") << "5";
}

}  // namespace batchscope
