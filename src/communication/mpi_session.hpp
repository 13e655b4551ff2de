#pragma once

#include "communication/placement.hpp"
#include "core/error.hpp"

namespace batchscope {

/// MPI from start to end of the program.
class MpiSession {
  public:
    /// `many_threads`: other threads than the main one call MPI, too, which costs its calls locks.
    MpiSession(int& argc, char**& argv, bool many_threads = false);
    ~MpiSession();
    MpiSession(const MpiSession&) = delete;
    MpiSession& operator=(const MpiSession&) = delete;

    [[nodiscard]] const Placement& placement() const { return placement_; }
    /// Whether this MPI lets several threads call it; false unless asked for.
    [[nodiscard]] bool many_threads() const { return many_threads_; }

    /// Ends the processes of all ranks with `code`; for errors that the other ranks do not know of.
    [[noreturn]] static void abort(ExitCode code);

  private:
    Placement placement_;
    bool many_threads_ = false;
};

}  // namespace batchscope
