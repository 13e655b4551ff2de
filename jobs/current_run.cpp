#include "current_run.hpp"

#include "results/result_file.hpp"

namespace batchscope {

void CurrentRun::begin(const std::filesystem::path& file) {
    const std::lock_guard lock(mutex_);
    file_ = file;
}

void CurrentRun::end() {
    const std::lock_guard lock(mutex_);
    file_.clear();
}

void CurrentRun::fail(const std::string& reason) noexcept {
    const std::lock_guard lock(mutex_);
    if (!file_.empty()) {
        mark_failed(file_, reason);
    }
}

}  // namespace batchscope
