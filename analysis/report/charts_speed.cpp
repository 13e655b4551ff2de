#include "analysis/report/charts_speed.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "analysis/figures/palette.hpp"
#include "analysis/questions/by_seed.hpp"
#include "analysis/report/seed_panel.hpp"

namespace batchscope {

namespace {

std::vector<std::int64_t> all_batch_sizes(const StudyAnswers& answers) {
    std::set<std::int64_t> sizes;
    for (const RecipeAnswers& recipe : answers.recipes) {
        for (const Arm& arm : recipe.recipe.arms) {
            sizes.insert(arm.batch_size);
        }
    }
    return {sizes.begin(), sizes.end()};
}

/// Means of a recipe, joined, each with its interval.
void add_recipe(Panel& panel, const StudyAnswers& study, std::size_t index,
                double FinalFigures::*figure, const Phrases& phrases) {
    const RecipeAnswers& answers = study.recipes[index];
    const std::string& name = answers.recipe.name;
    const Offset offset = recipe_offset(index, study.recipes.size());
    PointLayer line{.name = name, .style = factor_style(index), .joined = true};
    line.style.marker = Marker::none;
    line.offset = offset;
    IntervalLayer means{.name = name, .style = factor_style(index), .offset = offset};
    for (const Arm& arm : answers.recipe.arms) {
        const BySeed values =
            by_seed(arm, [figure](const AnalyzedRun& run) { return run.figures.*figure; });
        const Estimate mean = estimate_of(values, study.margins.confidence);
        if (mean.n == 0) {
            continue;
        }
        const auto batch = static_cast<double>(arm.batch_size);
        const std::string hover =
            mean.n < 2
                ? phrases("batch {}: {} (one seed)", arm.batch_size, format_number(mean.mean))
                : phrases("batch {}: mean {} ± {} (n = {})", arm.batch_size,
                          format_number(mean.mean), format_number(mean.half_width), mean.n);
        line.points.push_back({batch, mean.mean, hover});
        means.intervals.push_back(
            {batch, mean.mean, mean.mean - mean.half_width, mean.mean + mean.half_width, hover});
    }
    if (!means.intervals.empty()) {
        panel.layers.emplace_back(std::move(line));
        panel.layers.emplace_back(std::move(means));
    }
}

}  // namespace

std::string machines_text(const StudyAnswers& answers, const Phrases& phrases) {
    std::set<std::string> machines;
    for (const JudgedRun& judged : answers.study->runs) {
        if (judged.standing == Standing::counted && judged.source->ranks > 0) {
            machines.insert(
                phrases("{} ranks on {}", judged.source->ranks, judged.source->devices));
        }
    }
    return fmt::format("{}", fmt::join(machines, "; "));
}

std::optional<Chart> speed_chart(const StudyAnswers& answers, const Phrases& phrases) {
    Chart chart;
    chart.share_x = true;
    Panel throughput{.title = phrases("Examples a second"),
                     .x = batch_size_axis(all_batch_sizes(answers), phrases)};
    throughput.y = {.title = phrases("examples/s"), .low = 0};
    Panel step{.title = phrases("Time of a step"), .x = throughput.x};
    step.y = {.title = phrases("seconds a step"), .scale = AxisScale::log10};
    for (std::size_t i = 0; i < answers.recipes.size(); ++i) {
        add_recipe(throughput, answers, i, &FinalFigures::examples_per_second, phrases);
        add_recipe(step, answers, i, &FinalFigures::seconds_per_step, phrases);
    }
    for (Panel* panel : {&throughput, &step}) {
        if (!panel->layers.empty()) {
            chart.panels.push_back(std::move(*panel));
        }
    }
    if (chart.panels.empty()) {
        return std::nullopt;
    }
    chart.title = phrases("Speed against the batch size");
    chart.description = phrases("Examples a second and seconds a step by batch size.");
    chart.caption = phrases(
        "Training alone, without evaluation, over all of a run. Marks: mean over the seeds with "
        "its {:.6g} % Student interval.",
        100 * answers.margins.confidence);
    if (const std::string machines = machines_text(answers, phrases); !machines.empty()) {
        chart.caption += ' ' + phrases("Measured with {}.", machines);
    }
    return chart;
}

}  // namespace batchscope
