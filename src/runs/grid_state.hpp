#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/grid.hpp"
#include "results/result_file.hpp"

namespace batchscope {

/// Where the result file of a point lies.
[[nodiscard]] std::filesystem::path result_path(const std::filesystem::path& output,
                                                const Study& study, const GridPoint& point);

enum class PointState { pending, finished };

/// Whether a file holds a run that has ended with a result: complete or diverged.
[[nodiscard]] bool is_finished(const ResultState& state);

/// Whether a file with this state holds the run of a point, whatever folder its data lay in.
[[nodiscard]] bool is_run_of(const std::filesystem::path& file, const ResultState& state,
                             const GridPoint& point);

/// What is to be done for one point of the grid, from the files that exist.
struct PointPlan {
    std::int64_t index = 0;
    PointState state = PointState::pending;
    std::string word;  ///< pending, complete, diverged, stopped, failed, running, alias
    std::optional<std::int64_t> saved_step;  ///< of the checkpoint that it goes on from
    std::int64_t original = 0;  ///< the point that is trained for this one; itself unless an alias
};

/// Plans for all points. Of points with equal settings, one is trained: the one that has a finished
/// file, else the first. Throws Error (configuration), with old and new values, when a file holds a
/// run of another configuration and `overwrite` is off; Error (data) when a file is no result file.
[[nodiscard]] std::vector<PointPlan> plan_grid(const std::filesystem::path& output,
                                               const Study& study, bool overwrite);

/// The plans of the points that `tasks` names ("0,3,7-9"). Throws Error (configuration).
[[nodiscard]] std::vector<PointPlan> selected_plans(const std::vector<PointPlan>& plans,
                                                    const std::string& tasks);

/// "index  batch_size  seed  ...  saved  state  file", a line per point: what --list prints.
[[nodiscard]] std::string list_text(const std::filesystem::path& output, const Study& study,
                                    const std::vector<PointPlan>& plans);

}  // namespace batchscope
