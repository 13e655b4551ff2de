#include "runs/grid_state.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "config/canonical_form.hpp"
#include "core/error.hpp"
#include "results/checkpoint_file.hpp"
#include "study/study_schema.hpp"

namespace batchscope {

namespace {

/// The state of a point's file. An alias counts only while the run that it names is finished beside
/// it; a file that cannot be read stops the job unless it is to be overwritten.
ResultState state_of(const std::filesystem::path& file, bool overwrite) {
    try {
        ResultState state = read_result_state(file);
        if (!state.alias_of.empty() &&
            !is_finished(read_result_state(file.parent_path() / state.alias_of))) {
            return {};
        }
        return state;
    } catch (const Error&) {
        if (overwrite) {
            return {};
        }
        throw;
    }
}

/// The settings of the run that a file holds.
RunSettings settings_in(const std::filesystem::path& file) {
    const RunRecord old = read_result(file, {false, false, false, false, false, true, false});
    return parse_study(study_schema(), old.configuration, file).points.at(0).settings;
}

void refuse_other_configuration(const std::filesystem::path& file, const GridPoint& point) {
    throw configuration_error(
        fmt::format(
            "{} holds a run of another configuration:\n{}", file.string(),
            configuration_differences_text(study_schema(), settings_in(file), point.settings)),
        "restore the old values, choose another --output or study name, or run it again with "
        "--overwrite");
}

}  // namespace

bool is_finished(const ResultState& state) {
    return state.exists &&
           (state.status == RunStatus::complete || state.status == RunStatus::diverged);
}

bool is_run_of(const std::filesystem::path& file, const ResultState& state,
               const GridPoint& point) {
    return state.configuration_hash == point.configuration_hash ||
           are_equal_but_for_directory(study_schema(), settings_in(file), point.settings);
}

std::filesystem::path result_path(const std::filesystem::path& output, const Study& study,
                                  const GridPoint& point) {
    return output / study.name / (point.name + ".h5");
}

std::vector<PointPlan> plan_grid(const std::filesystem::path& output, const Study& study,
                                 bool overwrite) {
    std::vector<ResultState> states;
    std::vector<PointPlan> plans;
    for (const GridPoint& point : study.points) {
        const auto file = result_path(output, study, point);
        states.push_back(state_of(file, overwrite));
        const ResultState& state = states.back();
        if (state.exists && !overwrite && !is_run_of(file, state, point)) {
            refuse_other_configuration(file, point);
        }
        PointPlan plan;
        plan.index = point.index;
        plan.original = point.alias_of.value_or(point.index);
        plan.word = state.exists ? to_string(state.status) : "pending";
        plan.state = is_finished(state) && !overwrite ? PointState::finished : PointState::pending;
        if (plan.state == PointState::pending && !overwrite) {
            plan.saved_step = saved_step(file);
        }
        plans.push_back(plan);
    }
    // A grid that has grown may hold the finished run under a later point.
    for (const GridPoint& point : study.points) {
        const auto index = static_cast<std::size_t>(point.index);
        if (is_finished(states[index]) && states[index].alias_of.empty()) {
            auto& first = plans[static_cast<std::size_t>(point.alias_of.value_or(point.index))];
            if (first.original == first.index &&
                !is_finished(states[static_cast<std::size_t>(first.index)])) {
                first.original = point.index;
            }
        }
    }
    for (PointPlan& plan : plans) {
        plan.original =
            plans[static_cast<std::size_t>(study.points[static_cast<std::size_t>(plan.index)]
                                               .alias_of.value_or(plan.index))]
                .original;
        if (plan.original != plan.index) {
            plan.word = plan.state == PointState::finished ? "alias" : "pending";
        }
    }
    return plans;
}

std::vector<PointPlan> selected_plans(const std::vector<PointPlan>& plans,
                                      const std::string& tasks) {
    std::vector<PointPlan> selected;
    for (const std::int64_t index :
         parse_task_list(tasks, static_cast<std::int64_t>(plans.size()))) {
        selected.push_back(plans[static_cast<std::size_t>(index)]);
    }
    return selected;
}

std::string list_text(const std::filesystem::path& output, const Study& study,
                      const std::vector<PointPlan>& plans) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> header{"index"};
    if (!study.points.empty()) {
        for (const Coordinate& coordinate : study.points.front().coordinates) {
            header.push_back(coordinate.short_key);
        }
    }
    header.insert(header.end(), {"saved", "state", "file"});
    rows.push_back(header);
    for (const PointPlan& plan : plans) {
        const GridPoint& point = study.points[static_cast<std::size_t>(plan.index)];
        std::vector<std::string> row{fmt::format("{}", plan.index)};
        for (const Coordinate& coordinate : point.coordinates) {
            row.push_back(coordinate.text);
        }
        row.push_back(plan.saved_step ? fmt::format("{}", *plan.saved_step) : "-");
        row.push_back(plan.original == plan.index
                          ? plan.word
                          : fmt::format("{} (same run as {})", plan.word, plan.original));
        row.push_back(result_path(output, study, point).string());
        rows.push_back(std::move(row));
    }
    std::vector<std::size_t> widths(header.size());
    for (const auto& row : rows) {
        for (std::size_t column = 0; column < row.size(); ++column) {
            widths[column] = std::max(widths[column], row[column].size());
        }
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t column = 0; column + 1 < row.size(); ++column) {
            text += fmt::format("{:<{}}  ", row[column], widths[column]);
        }
        text += row.back() + "\n";
    }
    return text;
}

}  // namespace batchscope
