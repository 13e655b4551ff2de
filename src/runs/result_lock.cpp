#include "runs/result_lock.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <thread>

#include "core/error.hpp"
#include "core/log.hpp"
#include "results/result_file.hpp"

namespace batchscope {

std::optional<WriterLock> take_result_lock(const std::filesystem::path& file,
                                           Communicator& communicator) {
    std::optional<WriterLock> lock;
    for (bool first = true;; first = false) {
        std::string waits_for;
        communicator.together([&] {
            if (communicator.rank() != 0) {
                return;
            }
            try {
                lock.emplace(file);
            } catch (const Error& error) {
                const auto ends_in = WriterLock::ends_in(file);
                if (!ends_in) {
                    throw;
                }
                waits_for = fmt::format(
                    "waiting {} for the lock of a job that is probably dead: {}",
                    duration_text(static_cast<double>(ends_in->count())), error.problem());
            }
        });
        waits_for = communicator.broadcast(waits_for);
        if (waits_for.empty()) {
            return lock;
        }
        if (first) {
            warn(waits_for);
        }
        communicator.leave_if_stopped();
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
}

void mark_run_of_killed_writer(const std::filesystem::path& file,
                               const std::string& reason) noexcept {
    try {
        if (writer_was_killed(file) && read_result_state(file).status == RunStatus::running) {
            mark_failed(file, reason);
        }
    } catch (...) {
        // A file that cannot be read is what the next start reports.
    }
}

}  // namespace batchscope
