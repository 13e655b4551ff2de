#include "runs/current_run.hpp"

#include "results/result_file.hpp"
#include "runs/result_lock.hpp"

namespace batchscope {

void CurrentRun::begin(const std::filesystem::path& file, bool writes) {
    const std::lock_guard lock(mutex_);
    file_ = file;
    writes_ = writes;
}

void CurrentRun::write(bool last, const std::function<void()>& write_file) {
    const std::lock_guard lock(mutex_);
    write_file();
    if (last) {
        file_.clear();
    }
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

void CurrentRun::fail_without_writer(const std::string& reason) noexcept {
    const std::lock_guard lock(mutex_);
    if (file_.empty()) {
        return;
    }
    if (writes_) {
        mark_failed(file_, reason);
    } else {
        mark_run_of_killed_writer(file_, reason);
    }
}

}  // namespace batchscope
