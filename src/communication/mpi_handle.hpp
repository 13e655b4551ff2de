#pragma once

#include <mpi.h>

#include <utility>

namespace batchscope {

/// Owns an MPI communicator. Making and freeing one is collective over its ranks.
class MpiHandle {
  public:
    explicit MpiHandle(MPI_Comm owned) : owned_(owned) {}
    ~MpiHandle() {
        if (owned_ != MPI_COMM_NULL) {
            MPI_Comm_free(&owned_);
        }
    }
    MpiHandle(MpiHandle&& other) noexcept : owned_(std::exchange(other.owned_, MPI_COMM_NULL)) {}
    MpiHandle& operator=(MpiHandle&&) = delete;

    /// The ranks of `ranks` again, for messages that must not mix with others.
    static MpiHandle copy_of(MPI_Comm ranks) {
        MPI_Comm copy = MPI_COMM_NULL;
        MPI_Comm_dup(ranks, &copy);
        return MpiHandle(copy);
    }
    /// The ranks of `ranks` that call with the same `part`, in their order.
    static MpiHandle part_of(MPI_Comm ranks, int part) {
        MPI_Comm some = MPI_COMM_NULL;
        MPI_Comm_split(ranks, part, 0, &some);
        return MpiHandle(some);
    }

    [[nodiscard]] MPI_Comm get() const { return owned_; }
    /// Gives the communicator up without freeing it: where ranks are lost, that would wait for
    /// them.
    void leave_behind() { owned_ = MPI_COMM_NULL; }

  private:
    MPI_Comm owned_;
};

}  // namespace batchscope
