#include "communication/mpi_session.hpp"

#include <fmt/format.h>
#include <mpi.h>

#include <cstdlib>

#include "core/host_name.hpp"

namespace batchscope {

MpiSession::MpiSession(int& argc, char**& argv, bool many_threads) {
    int provided = MPI_THREAD_SINGLE;
    MPI_Init_thread(&argc, &argv, many_threads ? MPI_THREAD_MULTIPLE : MPI_THREAD_FUNNELED,
                    &provided);
    many_threads_ = many_threads && provided >= MPI_THREAD_MULTIPLE;
    placement_.host = host_name();
    MPI_Comm_rank(MPI_COMM_WORLD, &placement_.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &placement_.size);
    placement_.name =
        fmt::format("rank {} of {} on {}", placement_.rank, placement_.size, placement_.host);
    // Not SLURM_LOCALID: under mpirun it is 0 for every rank.
    MPI_Comm host = MPI_COMM_NULL;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, placement_.rank, MPI_INFO_NULL,
                        &host);
    MPI_Comm_rank(host, &placement_.local_rank);
    MPI_Comm_size(host, &placement_.local_size);
    MPI_Comm_free(&host);
}

MpiSession::~MpiSession() {
    MPI_Finalize();
}

void MpiSession::abort(ExitCode code) {
    MPI_Abort(MPI_COMM_WORLD, static_cast<int>(code));
    std::abort();
}

}  // namespace batchscope
