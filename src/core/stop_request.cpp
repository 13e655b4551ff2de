#include "core/stop_request.hpp"

#include <csignal>
#include <initializer_list>

namespace batchscope {

namespace {

volatile std::sig_atomic_t received = 0;

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

int stop_signal() noexcept {
    return received;
}

}  // namespace batchscope
