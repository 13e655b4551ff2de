// batchscope-train: trains one network at every batch size of a grid, on all ranks together.

#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <memory>

#include "bind_ranks.hpp"
#include "communication/mpi_communicator.hpp"
#include "communication/mpi_handle.hpp"
#include "communication/mpi_session.hpp"
#include "communication/rank_groups.hpp"
#include "core/file_io.hpp"
#include "core/log.hpp"
#include "core/stop_request.hpp"
#include "core/watchdog.hpp"
#include "mpi_program.hpp"
#include "process_setup.hpp"
#include "runs/alias_files.hpp"
#include "runs/current_run.hpp"
#include "runs/data_identity.hpp"
#include "runs/grid_run.hpp"
#include "runs/grid_selection.hpp"
#include "runs/grid_state.hpp"
#include "runs/job_end.hpp"
#include "runs/points_from_queue.hpp"
#include "runs/run_plans.hpp"
#include "study/study_schema.hpp"
#include "train_options.hpp"

namespace {

using namespace batchscope;

/// The study as rank 0 reads it: users edit files while jobs wait, and all ranks must see one
/// version.
Study read_study(const TrainOptions& options, Communicator& communicator) {
    std::string text;
    communicator.together([&] {
        if (communicator.rank() == 0) {
            text = read_text_file(options.config);
        }
    });
    text = communicator.broadcast(text);
    Study study;
    communicator.together(
        [&] { study = parse_study(study_schema(), text, options.config, options.overrides); });
    return study;
}

/// What needs no other rank: --print-config and --list.
int answer_alone(const TrainOptions& options) {
    const Study study = load_study(study_schema(), options.config, options.overrides);
    if (options.print_config) {
        say(study.resolved_yaml);
        return 0;
    }
    auto plans = plan_grid(options.output, study, options.overwrite);
    if (options.task) {
        plans = selected_plans(plans, *options.task);
    }
    say(list_text(options.output, study, plans));
    return 0;
}

/// How the ranks are split for the points that are to be trained.
RankGroups split_ranks(const TrainOptions& options, const GridSelection& selection,
                       const MpiSession& session, Communicator& job) {
    RankGroups groups(job.size(), 1);
    job.together([&] {
        if (options.ranks_per_point) {
            groups = RankGroups::split(job.size(), *options.ranks_per_point,
                                       static_cast<std::int64_t>(selection.to_train.size()));
        }
        if (groups.count() > 1 && !session.many_threads()) {
            throw environment_error(
                "--ranks-per-point: this MPI was built without support for "
                "threads (MPI_THREAD_MULTIPLE)",
                "use another MPI, or start one job for each point (--task)");
        }
    });
    return groups;
}

void describe_groups(const RankGroups& groups, std::size_t points) {
    if (groups.count() == 1) {
        return;
    }
    say("{} point(s) on {}; each group takes the next point as it comes free", points,
        groups.description());
    if (groups.smallest() != groups.largest()) {
        say("Note: groups differ in size, and which one takes a point is a matter of time: a point "
            "repeats to rounding, not bit for bit.");
    }
}

std::vector<std::filesystem::path> result_files(const TrainOptions& options, const Study& study,
                                                const GridSelection& selection) {
    std::vector<std::filesystem::path> files;
    for (const std::int64_t index : selection.to_train) {
        files.push_back(
            result_path(options.output, study, study.points[static_cast<std::size_t>(index)]));
    }
    return files;
}

ExitCode train(const TrainOptions& options, const MpiSession& session, CurrentRun& current_run) {
    const Placement& placement = session.placement();
    JobEnd job_end(placement, current_run);
    Watchdog watchdog(options.stall_timeout, job_end.for_hanging_collectives());
    MpiCommunicator job(placement, watchdog);

    const Study study = read_study(options, job);
    const DeviceBinding binding =
        bind_ranks(options, options.list ? BindingUse::list : BindingUse::work, job);
    if (options.list) {
        return ExitCode::success;
    }
    prepare_rank(binding, job);
    introduce("batchscope-train", binding, job);
    say(study.resolved_yaml);

    const GridSelection selection = select_points(options, study, job);
    const RankGroups groups = split_ranks(options, selection, session, job);
    if (selection.to_train.empty()) {
        write_alias_files(options, study, selection, job);
        say("Nothing to do: all {} selected point(s) are finished in {}; --overwrite runs them "
            "again.",
            selection.selected.size(), (options.output / study.name).string());
        return ExitCode::success;
    }
    RunDataStore data(device_options(binding));
    const RunPlans plans(study, selection, groups, data, job);
    refuse_other_data(options, study, selection, data, job);
    describe_groups(groups, selection.to_train.size());

    const MpiHandle ranks = MpiHandle::part_of(MPI_COMM_WORLD, groups.group_of(placement.rank));
    const auto group = connect(binding, groups.within_group(placement), watchdog, ranks.get());
    const bool alone = groups.count() == 1;
    GridRun run(options, study, selection, plans, binding, data, *group, current_run, alone);
    auto points = [&]() -> std::unique_ptr<WorkSource> {
        if (alone) {
            return std::make_unique<WorkInOrder>(selection.to_train.size(), "point", *group);
        }
        return std::make_unique<PointsFromQueue>(result_files(options, study, selection), placement,
                                                 groups, *group, options.stall_timeout, current_run,
                                                 job_end);
    }();
    const ExitCode code = run.run(*points);
    points.reset();
    if (code != ExitCode::stopped) {
        write_alias_files(options, study, selection, job);
    } else if (!alone) {
        say("All groups have stopped on request; points that are not finished go on with the next "
            "start.");
    }
    return code;
}

int run(int argc, char** argv) {
    install_stop_handlers();
    prepare_process();

    TrainOptions options;
    std::exception_ptr wrong_options;
    try {
        options = parse_train_options(argc, argv);
        if (options.help || options.version) {
            say(options.help ? train_usage() : version_text("batchscope-train"));
            return 0;
        }
        if (options.runs_alone()) {
            return answer_alone(options);
        }
    } catch (const Error& error) {
        if (options.runs_alone()) {
            say_error(error.what());
            return static_cast<int>(error.code());
        }
        wrong_options = std::current_exception();
    }

    const MpiSession session(argc, argv, options.ranks_per_point.has_value());
    return run_job(session, wrong_options,
                   [&](CurrentRun& current_run) { return train(options, session, current_run); });
}

}  // namespace

int main(int argc, char** argv) {
    end_process(run(argc, argv));
}
