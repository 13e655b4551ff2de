#include "runs/alias_files.hpp"

#include "results/result_file.hpp"
#include "results/writer_lock.hpp"
#include "runs/grid_state.hpp"
#include "runs/initial_record.hpp"

namespace batchscope {

namespace {

/// Writes the small file that names the run of `original` as that of `point`, too.
void write_alias(const Study& study, const GridPoint& point, const GridPoint& original,
                 const std::filesystem::path& file, const std::filesystem::path& original_file) {
    const RunRecord trained =
        read_result(original_file, {false, false, false, false, false, false, false});
    RunRecord alias = initial_record(study, point, trained.learning_rate);
    alias.data_hash = trained.data_hash;
    alias.status = trained.status;
    alias.reason = trained.reason;
    alias.collapsed = trained.collapsed;
    alias.alias_of = original.name + ".h5";
    try {
        const WriterLock lock(file);
        write_result(file, alias);
    } catch (const AnotherWriter&) {
        // Another task of an array, which ends at the same time, writes the same file.
    }
}

}  // namespace

void write_alias_files(const GridRequest& request, const Study& study,
                       const GridSelection& selection, Communicator& communicator) {
    communicator.together([&] {
        // Aliases of every point trained here, also when another task was asked for the alias
        // itself. Plans are on rank 0 alone.
        for (const PointPlan& plan : selection.plans) {
            const GridPoint& original = study.points[static_cast<std::size_t>(plan.original)];
            const GridPoint& point = study.points[static_cast<std::size_t>(plan.index)];
            const auto file = result_path(request.output, study, point);
            if (plan.original == plan.index ||
                (plan.state == PointState::finished && !request.overwrite)) {
                continue;
            }
            const auto original_file = result_path(request.output, study, original);
            const ResultState state = read_result_state(original_file);
            if (!is_finished(state) || !is_run_of(original_file, state, original)) {
                continue;
            }
            write_alias(study, point, original, file, original_file);
        }
    });
}

}  // namespace batchscope
