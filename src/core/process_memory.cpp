#include "core/process_memory.hpp"

#include <malloc.h>

#include <atomic>
#include <fstream>
#include <string>

namespace batchscope {

namespace {

std::atomic<bool> reset_was_refused = false;

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
    return reset_was_refused ? 0 : status_bytes("VmHWM:");
}

std::int64_t resident_process_memory() {
    return status_bytes("VmRSS:");
}

void reset_peak_process_memory() {
    malloc_trim(0);
    std::ofstream file("/proc/self/clear_refs");
    file << "5" << std::flush;
    reset_was_refused = !file;
}

void keep_freed_memory() {
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_TOP_PAD, 64 << 20);
}

}  // namespace batchscope
