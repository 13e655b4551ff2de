#include "analysis/report/overview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "analysis/questions/by_seed.hpp"
#include "analysis/report/wording.hpp"

namespace batchscope {

namespace {

struct OverviewColumn {
    std::string heading;
    double FinalMetrics::*metric;
    bool is_fraction = false;
};

std::vector<OverviewColumn> columns_of(const StudyAnswers& answers, const Phrases& phrases) {
    std::vector<OverviewColumn> columns{
        {phrases("train loss"), &FinalMetrics::train_loss},
        {phrases("validation loss"), &FinalMetrics::validation_loss},
        {phrases("test loss"), &FinalMetrics::test_loss},
        {phrases("gap loss"), &FinalMetrics::gap_loss},
        {phrases("train accuracy"), &FinalMetrics::train_accuracy, true},
        {phrases("validation accuracy"), &FinalMetrics::validation_accuracy, true},
        {phrases("test accuracy"), &FinalMetrics::test_accuracy, true},
        {phrases("examples/s"), &FinalMetrics::examples_per_second}};
    std::erase_if(columns, [&answers](const OverviewColumn& column) {
        return std::none_of(answers.study->runs.begin(), answers.study->runs.end(),
                            [&](const JudgedRun& judged) {
                                return judged.standing == Standing::counted &&
                                       std::isfinite(judged.source->metrics.*column.metric);
                            });
    });
    return columns;
}

/// "12345 ± 67" of a mean, or a percentage; with its own n where that is not the row's.
std::string cell_text(const Arm& arm, const OverviewColumn& column, double confidence,
                      const Phrases& phrases) {
    const Estimate estimate = estimate_of(
        by_seed(arm, [&column](const AnalyzedRun& run) { return run.metrics.*column.metric; }),
        confidence);
    const std::string text = level_text(estimate, column.is_fraction);
    return estimate.n == 0 || estimate.n == std::ssize(arm.runs)
               ? text
               : text + ' ' + phrases("(n = {})", estimate.n);
}

std::string state_of(const RecipeAnswers& recipe, std::int64_t batch_size, const Phrases& phrases) {
    const auto found =
        std::find_if(recipe.quadrants.begin(), recipe.quadrants.end(),
                     [batch_size](const auto& other) { return other.batch_size == batch_size; });
    return found == recipe.quadrants.end() ? "–" : state_text(found->state, phrases);
}

}  // namespace

Table overview_table(const StudyAnswers& answers, const Phrases& phrases) {
    const std::vector<OverviewColumn> columns = columns_of(answers, phrases);
    const bool has_recipes = answers.recipes.size() > 1;
    Table table{.caption = phrases("At the end of training: mean over the seeds ± half-width of "
                                   "its {:.6g} % interval; lost: runs that came to nothing.",
                                   100 * answers.margins.confidence)};
    if (has_recipes) {
        table.header.push_back(phrases("recipe"));
        table.name_columns = 2;
    }
    table.header.insert(table.header.end(), {phrases("batch"), "n", phrases("lost")});
    for (const OverviewColumn& column : columns) {
        table.header.push_back(column.heading);
    }
    table.header.push_back(phrases("training"));
    for (const RecipeAnswers& recipe : answers.recipes) {
        for (const Arm& arm : recipe.recipe.arms) {
            std::vector<Cell>& row = table.rows.emplace_back();
            if (has_recipes) {
                row.push_back({recipe.recipe.name});
            }
            row.push_back({fmt::format("{}", arm.batch_size)});
            row.push_back({fmt::format("{}", arm.runs.size())});
            row.push_back({fmt::format("{}", lost_runs(arm))});
            for (const OverviewColumn& column : columns) {
                row.push_back({cell_text(arm, column, answers.margins.confidence, phrases)});
            }
            row.push_back({state_of(recipe, arm.batch_size, phrases)});
        }
    }
    return table;
}

std::string training_warning(const StudyAnswers& answers, const Phrases& phrases) {
    std::int64_t states = 0;
    std::int64_t learning = 0;
    std::int64_t overfitting = 0;
    for (const RecipeAnswers& recipe : answers.recipes) {
        for (const TrainingQuadrant& quadrant : recipe.quadrants) {
            ++states;
            learning += quadrant.state == TrainingState::still_learning ? 1 : 0;
            overfitting += quadrant.state == TrainingState::overfitting ? 1 : 0;
        }
    }
    if (states == 0 || learning + overfitting < states) {
        return {};
    }
    if (overfitting == 0) {
        return phrases(
            "Every batch size is still learning at the end: what is said below may "
            "change with more epochs. Train longer before choosing.");
    }
    if (learning == 0) {
        return phrases(
            "Every batch size is overfitting at the end: its best weights were earlier. "
            "Train shorter, or regularise, before choosing.");
    }
    return phrases(
        "At the end every batch size is still learning or overfitting: none is judged "
        "at its best. Give each its own number of epochs before choosing.");
}

}  // namespace batchscope
