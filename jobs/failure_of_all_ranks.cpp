#include "failure_of_all_ranks.hpp"

#include <exception>

#include "core/failure_text.hpp"

namespace batchscope {

namespace {

// A failure on all ranks alike (out of memory) reaches them within a step; one rank's own never
// does.
constexpr double patience_seconds = 5.0;

}  // namespace

std::string failure_of_all_ranks(Communicator& communicator) {
    std::string reason = failure_text(std::current_exception());
    if (!communicator.failed_together(patience_seconds)) {
        throw;
    }
    return reason;
}

}  // namespace batchscope
