#pragma once

#include "communication/mpi_communicator.hpp"

/// What tests on several ranks have in common: every rank runs every test; test_ranks.cpp holds
/// main().
namespace batchscope {

/// This rank among those that mpirun started.
[[nodiscard]] const Placement& test_placement();

/// All ranks of the test. A collective that makes no progress for a minute ends them: a rank that
/// left a test early would leave the others waiting.
class TestRanks {
  public:
    [[nodiscard]] MpiCommunicator& communicator() { return communicator_; }

  private:
    Watchdog watchdog_{Watchdog::Seconds(60), actions()};
    MpiCommunicator communicator_{test_placement(), watchdog_};

    static Watchdog::Actions actions();
};

}  // namespace batchscope
