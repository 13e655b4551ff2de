#pragma once

#include "communication/placement.hpp"
#include "core/error.hpp"

namespace batchscope {

/// MPI from start to end of the program.
class MpiSession {
  public:
    MpiSession(int& argc, char**& argv);
    ~MpiSession();
    MpiSession(const MpiSession&) = delete;
    MpiSession& operator=(const MpiSession&) = delete;

    [[nodiscard]] const Placement& placement() const { return placement_; }

    /// Ends the processes of all ranks with `code`; for errors that the other ranks do not know of.
    [[noreturn]] static void abort(ExitCode code);

  private:
    Placement placement_;
};

}  // namespace batchscope
