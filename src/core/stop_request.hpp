#pragma once

namespace batchscope {

/// Notes SIGUSR1, SIGUSR2 and SIGTERM instead of dying of them. Call before MPI_Init, whose
/// launcher may forward one at any time; it also unblocks them (the job script starts the program
/// with them blocked, so that none arrives before the handlers stand).
void install_stop_handlers();

/// As if this process had been sent SIGUSR1: where another rank was. Does not replace a signal that
/// has come before.
void request_stop() noexcept;

/// The signal that asked this process to stop, or 0.
[[nodiscard]] int stop_signal() noexcept;

}  // namespace batchscope
