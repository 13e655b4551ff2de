#include "diagnosis/temporary_paths.hpp"

#include <system_error>

namespace batchscope {

void TemporaryPaths::add(const std::filesystem::path& path) {
    const std::lock_guard lock(mutex_);
    entries_.push_back({path, false});
}

void TemporaryPaths::add_if_empty(const std::filesystem::path& folder) {
    const std::lock_guard lock(mutex_);
    entries_.push_back({folder, true});
}

void TemporaryPaths::remove_all() noexcept {
    const std::lock_guard lock(mutex_);
    for (; !entries_.empty(); entries_.pop_back()) {
        std::error_code ignored;
        if (entries_.back().only_if_empty) {
            std::filesystem::remove(entries_.back().path, ignored);
        } else {
            std::filesystem::remove_all(entries_.back().path, ignored);
        }
    }
}

}  // namespace batchscope
