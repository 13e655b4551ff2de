// batchscope-sharpness: measures curvature again at the weights of finished result files, and walks
// the line between two of them.

#include <exception>

#include "bind_ranks.hpp"
#include "communication/mpi_communicator.hpp"
#include "communication/mpi_handle.hpp"
#include "communication/mpi_session.hpp"
#include "core/log.hpp"
#include "core/stop_request.hpp"
#include "core/watchdog.hpp"
#include "mpi_program.hpp"
#include "process_setup.hpp"
#include "runs/current_run.hpp"
#include "runs/job_end.hpp"
#include "runs/line_walk.hpp"
#include "runs/measurement_plan.hpp"
#include "runs/measurement_run.hpp"
#include "runs/run_data.hpp"
#include "sharpness_options.hpp"

namespace {

using namespace batchscope;

/// Says why files are left out: unfinished runs as they come, damaged ones as warnings.
void report_skipped(const MeasurementPlan& plan) {
    for (const SkippedFile& skipped : plan.unfinished) {
        say("{}: left out, {}", skipped.file.string(), skipped.reason);
    }
    for (const SkippedFile& skipped : plan.damaged) {
        warn(fmt::format("not measured: {}", skipped.reason));
    }
}

/// `current_run` stays empty: a file is written once its measurement is whole, so that there is
/// none to mark when the job fails.
ExitCode work(const SharpnessOptions& options, const MpiSession& session, CurrentRun& current_run) {
    const Placement& placement = session.placement();
    JobEnd job_end(placement, current_run);
    Watchdog watchdog(options.stall_timeout, job_end.for_hanging_collectives());
    MpiCommunicator job(placement, watchdog);
    const DeviceBinding binding = bind_ranks(options, BindingUse::work, job);
    prepare_rank(binding, job);
    introduce("batchscope-sharpness", binding, job);

    const MpiHandle ranks = MpiHandle::copy_of(MPI_COMM_WORLD);
    const auto communicator = connect(binding, placement, watchdog, ranks.get());
    RunDataStore data(device_options(binding));
    if (options.line) {
        return LineWalk(options, options.points, binding, data, *communicator).run();
    }
    const MeasurementPlan plan = agree_on_plan(options, *communicator);
    report_skipped(plan);
    return MeasurementRun(options, plan, binding, data, *communicator).run();
}

int run(int argc, char** argv) {
    install_stop_handlers();
    prepare_process();

    SharpnessOptions options;
    std::exception_ptr wrong_options;
    try {
        options = parse_sharpness_options(argc, argv);
        if (options.help || options.version) {
            say(options.help ? sharpness_usage() : version_text("batchscope-sharpness"));
            return 0;
        }
    } catch (const Error&) {
        wrong_options = std::current_exception();
    }

    const MpiSession session(argc, argv);
    return run_job(session, wrong_options,
                   [&](CurrentRun& current_run) { return work(options, session, current_run); });
}

}  // namespace

int main(int argc, char** argv) {
    end_process(run(argc, argv));
}
