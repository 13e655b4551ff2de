#pragma once

#include <cstddef>
#include <string>

#include "communication/communicator.hpp"
#include "core/error.hpp"
#include "runs/work_source.hpp"

namespace batchscope {

/// Pieces of work that the ranks of a group do together, one after the other: runs of a grid, files
/// to be measured.
class Work {
  public:
    virtual ~Work() = default;

    enum class Outcome {
        done,
        refused,  ///< it concerns this piece alone, is said, and the next goes on
        failed,   ///< on all ranks alike
        stopped,  ///< on request, and said
    };

    /// Does the piece at `position`. May throw AgreedStop before or after it has begun,
    /// AgreedError, and whatever fails on one rank or on all.
    virtual Outcome work_on(std::size_t position) = 0;
    /// Whether an error leaves the others in order: it is `refused` then, and has been said here.
    [[nodiscard]] virtual bool refuses(const AgreedError& /*error*/) { return false; }
    /// The piece has failed on all ranks alike, out of memory, say: on rank 0 this marks what it
    /// has written and says so.
    virtual void failed(std::size_t position, const std::string& reason) = 0;
    /// The piece is over, however it went, and another may begin.
    virtual void ended() {}
};

/// How many pieces came to which end.
struct WorkDone {
    std::size_t done = 0;
    std::size_t refused = 0;
    std::size_t failed = 0;
    bool stopped = false;
};

/// Does one piece after the other until none is left or a stop is requested. Where a rank fails
/// alone, its exception is thrown on: the job cannot go on. Throws AgreedError. Collective over the
/// group.
[[nodiscard]] WorkDone work_through(WorkSource& source, Work& work, Communicator& communicator);

}  // namespace batchscope
