// The section on the time to targets and the critical batch size.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/figures/number_format.hpp"
#include "analysis/report/charts_targets.hpp"
#include "analysis/report/page_sections.hpp"
#include "analysis/report/target_report.hpp"

namespace batchscope {

namespace {

PageTable times_table(const RecipeAnswers& answers, const TimeToTarget& times,
                      const ObservedCriticalBatch& critical, const Phrases& phrases) {
    PageTable table{
        .caption = (answers.recipe.name.empty() ? "" : answers.recipe.name + ". ") +
                   critical_batch_text(critical, phrases) + ' ' +
                   phrases("Time to {}, median over seeds:", target_name(times.target, phrases)),
        .header = {phrases("batch"), phrases("reached"), phrases("steps"), phrases("examples"),
                   phrases("seconds"), phrases("steps saved")}};
    for (const TimesToTarget& arm : times.batch_sizes) {
        const auto ratio = std::find_if(
            times.against_reference.begin(), times.against_reference.end(),
            [&arm](const TimeRatio& other) { return other.batch_size == arm.batch_size; });
        const auto median = [&arm](ClockIndex::Value clock) -> PageCell {
            const double value = arm.typical[clock].median;
            return {std::isfinite(value) ? format_number(value) : "–"};
        };
        table.rows.push_back(
            {{fmt::format("{}", arm.batch_size)},
             {fmt::format("{}/{}", arm.reached, arm.tried)},
             median(ClockIndex::steps),
             median(ClockIndex::examples),
             median(ClockIndex::seconds),
             {ratio == times.against_reference.end()
                  ? std::string("–")
                  : fmt::format("{:.3g} ×", std::exp(-ratio->log_ratio[ClockIndex::steps].mean))}});
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
            auto chart = target_chart(recipe, i, phrases);
            if (chart && times.target.figure == TargetFigure::validation_loss) {
                if (!recipe.recipe.name.empty()) {
                    chart->title += " (" + recipe.recipe.name + ")";
                }
                figures.figures.push_back(
                    {fmt::format("target{} {}", i + 1, recipe.recipe.name), std::move(*chart)});
            }
        }
        if (!figures.figures.empty()) {
            section.blocks.emplace_back(std::move(figures));
        }
        if (const std::string noise = noise_scale_text(recipe, phrases); !noise.empty()) {
            section.blocks.emplace_back(
                PageText{recipe.recipe.name.empty() ? noise : recipe.recipe.name + ". " + noise});
        }
    }
    return section;
}

}  // namespace batchscope
