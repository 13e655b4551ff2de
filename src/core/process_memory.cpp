#include "core/process_memory.hpp"

#include <fstream>
#include <string>

namespace batchscope {

std::int64_t peak_process_memory() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        std::int64_t kibibytes = 0;
        if (word == "VmHWM:" && status >> kibibytes) {
            return kibibytes * 1024;
        }
    }
    return 0;
}

void reset_peak_process_memory() {
    std::ofstream("/proc/self/clear_refs") << "5";
}

}  // namespace batchscope
