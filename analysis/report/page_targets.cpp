// The section on the time to targets and the critical batch size.
#include <fmt/format.h>

#include <utility>

#include "analysis/report/charts_sensitivity.hpp"
#include "analysis/report/charts_targets.hpp"
#include "analysis/report/page_sections.hpp"
#include "analysis/report/target_report.hpp"

namespace batchscope {

namespace {

std::string with_space_after(const std::string& text) {
    return text.empty() ? text : text + ' ';
}

PageTable times_table(const RecipeAnswers& answers, const TimeToTarget& times,
                      const ObservedCriticalBatch& critical, const Phrases& phrases) {
    PageTable table{
        .caption = (answers.recipe.name.empty() ? "" : answers.recipe.name + ". ") +
                   critical_batch_text(critical, phrases) + ' ' +
                   with_space_after(prediction_text(critical, answers, phrases)) +
                   phrases("Time to {}, median over seeds:", target_name(times.target, phrases)),
        .header = times_header(phrases)};
    for (const TimesToTarget& arm : times.batch_sizes) {
        std::vector<PageCell>& row = table.rows.emplace_back();
        for (std::string& cell : times_cells(times, arm)) {
            row.push_back({std::move(cell)});
        }
    }
    return table;
}

}  // namespace

PageSection target_section(const StudyAnswers& answers, const Phrases& phrases) {
    PageSection section{.id = "targets", .heading = phrases("Time to a target")};
    for (const RecipeAnswers& recipe : answers.recipes) {
        PageFigures figures;
        for (std::size_t i = 0; i < recipe.to_targets.size(); ++i) {
            const TimeToTarget& times = recipe.to_targets[i];
            section.blocks.emplace_back(
                times_table(recipe, times, recipe.critical_batches[i], phrases));
            if (times.target.figure == TargetFigure::validation_loss) {
                add_figure(figures, fmt::format("target{}", i + 1),
                           target_chart(recipe, i, phrases), recipe.recipe.name);
            }
        }
        add_figure(figures, "sensitivity", sensitivity_chart(recipe, phrases), recipe.recipe.name);
        add_figures(section, std::move(figures));
        if (const std::string noise = noise_scale_text(recipe, phrases); !noise.empty()) {
            section.blocks.emplace_back(
                PageText{recipe.recipe.name.empty() ? noise : recipe.recipe.name + ". " + noise});
        }
    }
    return section;
}

}  // namespace batchscope
