#include "core/watchdog.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

#include "core/stop_request.hpp"

namespace batchscope {

namespace {

using std::chrono::nanoseconds;

std::int64_t now() {
    return std::chrono::duration_cast<nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

constexpr Watchdog::Seconds default_margin{45.0};
// mpirun kills ranks 1-2 s after SIGTERM; a rank that still computes answers a request within this.
constexpr Watchdog::Seconds abandoned_after{0.4};
constexpr auto look_every = std::chrono::milliseconds{200};
// A look this late means that this process itself was suspended: the wait was not the other ranks'
// fault.
constexpr Watchdog::Seconds suspended_after{2.0};

}  // namespace

Watchdog::Watchdog(std::optional<Seconds> timeout, Actions actions)
    : timeout_(timeout), actions_(std::move(actions)), thread_([this] { watch(); }) {}

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

Watchdog::Scope::Scope(Watchdog& watchdog, const char* what) : watchdog_(watchdog), start_(now()) {
    watchdog_.what_.store(what, std::memory_order_relaxed);
    watchdog_.entered_.store(start_, std::memory_order_release);
}

Watchdog::Scope::~Scope() {
    const std::int64_t spent = now() - start_;
    watchdog_.entered_.store(0, std::memory_order_release);
    watchdog_.total_.fetch_add(spent, std::memory_order_relaxed);
    if (spent > watchdog_.longest_.load(std::memory_order_relaxed)) {
        watchdog_.longest_.store(spent, std::memory_order_relaxed);
    }
}

double Watchdog::seconds_inside() const {
    return Seconds(nanoseconds(total_.load(std::memory_order_relaxed))).count();
}

void Watchdog::watch() {
    // The signal is for the main thread, which must see it between steps.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    std::int64_t signal_seen = 0;
    std::int64_t last_look = now();
    std::int64_t awake_since = last_look;
    bool abandoned = false;
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, look_every, [this] { return ended_; })) {
        const std::int64_t time = now();
        if (Seconds(nanoseconds(time - last_look)) > suspended_after) {
            awake_since = time;
        }
        last_look = time;
        if (signal_seen == 0 && stop_signal() == SIGTERM) {
            signal_seen = time;
        }
        const std::int64_t entered = entered_.load(std::memory_order_acquire);
        if (entered == 0) {
            continue;
        }
        const char* what = what_.load(std::memory_order_relaxed);
        const Seconds waited = nanoseconds(time - std::max(entered, awake_since));
        if (signal_seen != 0 && !abandoned &&
            Seconds(nanoseconds(time - std::max(entered, signal_seen))) > abandoned_after) {
            abandoned = true;
            actions_.abandoned(what);
        }
        const Seconds limit = timeout_.value_or(
            default_margin + Seconds(nanoseconds(longest_.load(std::memory_order_relaxed))));
        if (waited > limit) {
            actions_.stalled(what, waited);
        }
    }
}

}  // namespace batchscope
