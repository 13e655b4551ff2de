#include "test_ranks.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "communication/mpi_session.hpp"

namespace batchscope {

namespace {

const Placement* placement = nullptr;

}  // namespace

const Placement& test_placement() {
    return *placement;
}

Watchdog::Actions TestRanks::actions() {
    return {[](const char* what, Watchdog::Seconds) {
                fmt::print(stderr, "{} made no progress\n", what);
                std::_Exit(1);
            },
            [](const char*) {}};
}

}  // namespace batchscope

/// Its argument is the number of ranks: a launcher that starts them one by one is an error.
int main(int argc, char** argv) {
    ::testing::InitGoogleTest(&argc, argv);
    const batchscope::MpiSession session(argc, argv, /*many_threads=*/true);
    batchscope::placement = &session.placement();
    if (!session.many_threads()) {
        fmt::print(stderr, "this MPI has no support for threads\n");
        return 1;
    }
    if (argc > 1 && session.placement().size != std::atoi(argv[1])) {
        fmt::print(stderr, "{} rank(s), not {}\n", session.placement().size, argv[1]);
        return 1;
    }
    return RUN_ALL_TESTS();
}
