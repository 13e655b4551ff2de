#include "runs/job_end.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "core/error.hpp"
#include "core/log.hpp"
#include "core/stop_request.hpp"
#include "results/ended_from_outside.hpp"

namespace batchscope {

namespace {

constexpr std::chrono::seconds last_moment{5};

/// How long a rank waits for lower ones to speak: mpirun needs up to two seconds to end the others.
/// Never long, so that all of a large job are gone in time.
std::chrono::milliseconds turn_of(int rank) {
    return std::chrono::milliseconds(rank == 0 ? 0 : std::min(2000 + 300 * rank, 8000));
}

}  // namespace

Watchdog::Actions JobEnd::for_hanging_collectives() {
    return {[this](const char* what, Watchdog::Seconds waited) {
                if (saving_) {
                    return;
                }
                const std::string reason =
                    fmt::format("no progress in {} for {:.0f} s: another rank {}", what,
                                waited.count(), ended_from_outside::rank_hangs_or_lost);
                end(reason);
            },
            [this](const char* what) {
                current_run_.fail_without_writer(
                    fmt::format("the launcher ended the job while {} waited in {}: {}", job_.name,
                                what, ended_from_outside::rank_lost));
            }};
}

void JobEnd::end(const std::string& reason) {
    const int signal_before = stop_signal();
    std::this_thread::sleep_for(turn_of(job_.rank));
    const bool launcher_ends_job = signal_before != SIGTERM && stop_signal() == SIGTERM;
    end_soon();
    current_run_.fail(reason);
    if (!launcher_ends_job) {
        say_error(
            fmt::format("{}: {}\n  remedy: look at the other ranks' hosts; a slow file system or "
                        "device may need a longer --stall-timeout",
                        job_.name, reason));
    }
    end_in_silence();
}

void JobEnd::end_in_silence() {
    std::_Exit(static_cast<int>(ExitCode::lost_rank));
}

void JobEnd::end_soon() {
    std::thread([] {
        std::this_thread::sleep_for(last_moment);
        end_in_silence();
    }).detach();
}

}  // namespace batchscope
