#include "communication/mpi_session.hpp"

#include <mpi.h>

#include <cstdlib>

#include "core/host_name.hpp"

namespace batchscope {

MpiSession::MpiSession(int& argc, char**& argv) {
    int provided = MPI_THREAD_SINGLE;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
    placement_.host = host_name();
    MPI_Comm_rank(MPI_COMM_WORLD, &placement_.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &placement_.size);
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
