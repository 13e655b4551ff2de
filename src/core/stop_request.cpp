#include "core/stop_request.hpp"

#include <atomic>
#include <csignal>
#include <initializer_list>

namespace batchscope {

namespace {

// Written by the signal's handler and by threads.
std::atomic<int> received = 0;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may not wait for a lock");

extern "C" void note_signal(int signal_number) {
    received = signal_number;
}

}  // namespace

void install_stop_handlers() {
    struct sigaction action {};
    action.sa_handler = note_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal_number : {SIGUSR1, SIGUSR2, SIGTERM}) {
        sigaction(signal_number, &action, nullptr);
        sigaddset(&signals, signal_number);
    }
    sigprocmask(SIG_UNBLOCK, &signals, nullptr);
}

void request_stop() noexcept {
    int none = 0;
    received.compare_exchange_strong(none, SIGUSR1);
}

int stop_signal() noexcept {
    return received;
}

}  // namespace batchscope
