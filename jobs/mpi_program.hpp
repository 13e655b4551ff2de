#pragma once

#include <exception>
#include <functional>

#include "communication/mpi_session.hpp"
#include "core/error.hpp"
#include "runs/current_run.hpp"

namespace batchscope {

/// What a program does on all ranks together.
using Job = std::function<ExitCode(CurrentRun&)>;

/// Runs `job` and returns the exit code of the program. An error that all ranks know of is said
/// once, and they end in order; one rank's own marks the run in work failed and ends the processes
/// of all ranks. `wrong_options`, if there is one, is what the command line was refused with, on
/// every rank alike: it is said instead.
[[nodiscard]] int run_job(const MpiSession& session, const std::exception_ptr& wrong_options,
                          const Job& job);

}  // namespace batchscope
