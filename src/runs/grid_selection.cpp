#include "runs/grid_selection.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <string>

#include "results/checkpoint_file.hpp"

namespace batchscope {

GridSelection select_points(const GridRequest& request, const Study& study,
                            Communicator& communicator) {
    GridSelection selection;
    const auto count = static_cast<std::int64_t>(study.points.size());
    communicator.together([&] {
        for (std::int64_t index = 0; index < count; ++index) {
            selection.selected.push_back(index);
        }
        if (request.task) {
            selection.selected = parse_task_list(*request.task, count);
        }
    });
    // Rank 0 looks at the files: its view of a network file system is the one that counts.
    std::string answer;
    communicator.together([&] {
        if (communicator.rank() == 0) {
            selection.plans = plan_grid(request.output, study, request.overwrite);
            std::set<std::int64_t> wanted;
            for (const std::int64_t index : selection.selected) {
                const auto original = selection.plans[static_cast<std::size_t>(index)].original;
                if (selection.plans[static_cast<std::size_t>(original)].state ==
                    PointState::pending) {
                    wanted.insert(original);
                } else {
                    // Left there when a run was killed just after its end.
                    const auto& point = study.points[static_cast<std::size_t>(original)];
                    remove_checkpoints(result_path(request.output, study, point));
                }
            }
            answer = fmt::format("{}", fmt::join(wanted, ","));
        }
    });
    answer = communicator.broadcast(answer);
    if (!answer.empty()) {
        selection.to_train = parse_task_list(answer, count);
    }
    return selection;
}

}  // namespace batchscope
