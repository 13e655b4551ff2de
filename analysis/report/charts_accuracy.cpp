#include "analysis/report/charts_accuracy.hpp"

#include "analysis/report/numbers.hpp"
#include "analysis/report/seed_panel.hpp"
#include "analysis/report/verdict_report.hpp"

namespace batchscope {

namespace {

std::vector<SeedValues> values_at_end(const Recipe& recipe, std::vector<double> History::*column) {
    std::vector<SeedValues> values;
    for (const Arm& arm : recipe.arms) {
        SeedValues of_size{.batch_size = arm.batch_size};
        for (const auto& [seed, run] : arm.runs) {
            of_size.by_seed[seed] = figure_at(*run, Budget{}, column);
        }
        values.push_back(std::move(of_size));
    }
    return values;
}

}  // namespace

std::optional<Chart> accuracy_chart(const RecipeAnswers& answers, const Margins& margins,
                                    const Phrases& phrases) {
    Chart chart;
    chart.share_x = true;
    std::string seeds;
    std::string drawn;
    for (const FigureAnswer& answer : answers.larger_batch.front().figures) {
        const auto values = values_at_end(answers.recipe, answer.figure.column);
        if (!any_finite(values)) {
            continue;
        }
        const bool is_fraction = is_in_points(answer.figure);
        chart.panels.push_back(
            seed_panel({.title = figure_name(answer.figure, phrases),
                        .axis = {},
                        .format = is_fraction ? NumberFormat::percent : NumberFormat::number},
                       values, margins.confidence, phrases));
        seeds = seed_count_text(values, phrases);
        drawn = drawn_seeds_note(values, phrases);
        chart.description += answer_sentence(answer, phrases) + ". ";
    }
    if (chart.panels.empty()) {
        return std::nullopt;
    }
    chart.title = phrases("Training and validation against the batch size");
    chart.caption = phrases(
        "End of training, {} for each batch size. Grey: one seed, joined over the batch sizes. "
        "Bars: mean with its {:.6g} % Student interval over the seeds, on this split.",
        seeds, 100 * margins.confidence);
    chart.caption += drawn;
    return chart;
}

}  // namespace batchscope
