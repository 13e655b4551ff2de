#include "analysis/report/training.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/charts/palette.hpp"
#include "analysis/questions/by_seed.hpp"
#include "analysis/report/seed_panel.hpp"

namespace batchscope {

namespace {

constexpr double line_width = 1.1;

/// The evaluations that have the metric: a row may hold validation metrics alone.
LineLayer curve(const std::vector<double>& epochs, const std::vector<double>& losses) {
    LineLayer line;
    for (std::size_t row = 0; row < std::min(epochs.size(), losses.size()); ++row) {
        if (std::isfinite(epochs[row]) && std::isfinite(losses[row])) {
            line.x.push_back(epochs[row]);
            line.y.push_back(losses[row]);
        }
    }
    return line;
}

void add_curve(Panel& panel, const std::vector<double>& epochs, const std::vector<double>& losses,
               const std::string& name, const std::string& hover, const Style& style) {
    LineLayer line = curve(epochs, losses);
    if (line.x.empty()) {
        return;
    }
    line.name = name;
    line.hover = hover;
    line.style = style;
    line.style.width = line_width;
    panel.layers.emplace_back(std::move(line));
}

bool has_axes_of(const AnalyzedRun& run, const Recipe& recipe) {
    return std::all_of(recipe.axes.begin(), recipe.axes.end(), [&run](const auto& axis) {
        const auto found = run.axes.find(axis.first);
        return found != run.axes.end() && found->second == axis.second;
    });
}

void add_uncounted(Panel& panel, const Arm& arm, const Recipe& recipe, const StudySummary& study,
                   const DrawnSeeds& drawn, const Phrases& phrases) {
    const Style style{.colour = middle_grey, .marker = Marker::none, .dash = Dash::dotted};
    for (const JudgedRun& judged : study.runs) {
        if (judged.standing == Standing::counted || judged.run != judged.source ||
            judged.run->batch_size != arm.batch_size || !drawn.includes(judged.run->seed) ||
            !has_axes_of(*judged.run, recipe)) {
            continue;
        }
        const History& history = judged.run->history;
        add_curve(
            panel, history.epoch, history.train_loss, phrases("train, does not count"),
            phrases("seed {}, train, {}", judged.run->seed, phrases(to_string(judged.standing))),
            style);
    }
}

void add_counted(Panel& panel, const Arm& arm, const DrawnSeeds& drawn, const Phrases& phrases) {
    for (const auto& [seed, run] : arm.runs) {
        if (!drawn.includes(seed)) {
            continue;
        }
        const History& history = run->history;
        add_curve(panel, history.epoch, history.train_loss, phrases("train"),
                  phrases("seed {}, train", seed), factor_style(0));
        add_curve(panel, history.epoch, history.validation_loss, phrases("validation"),
                  phrases("seed {}, validation", seed), factor_style(1));
    }
}

/// The losses that the axis must show: those of the runs that count, so that one that explodes does
/// not flatten all others.
struct LossRange {
    double low = unknown;
    double high = unknown;

    void include(const std::vector<double>& losses) {
        for (const double loss : losses) {
            if (std::isfinite(loss)) {
                low = std::fmin(low, loss);
                high = std::fmax(high, loss);
            }
        }
    }
};

LossRange counted_losses(const Recipe& recipe) {
    LossRange range;
    for (const Arm& arm : recipe.arms) {
        for (const auto& [seed, run] : arm.runs) {
            range.include(run->history.train_loss);
            range.include(run->history.validation_loss);
        }
    }
    return range;
}

/// A logarithm, on which the end of training is as visible as its beginning, unless a loss is 0.
ChartAxis loss_axis(const LossRange& range, const Phrases& phrases) {
    ChartAxis axis{.title = phrases("loss")};
    if (range.low > 0) {
        axis.scale = AxisScale::log10;
        axis.low = 0.9 * range.low;
        axis.high = 1.1 * range.high;
    } else {
        axis.high = range.high;
    }
    return axis;
}

int columns_of(std::size_t panels) {
    return panels == 1 ? 1 : panels <= 8 ? 2 : panels <= 21 ? 3 : 4;
}

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
                double FinalMetrics::*metric, const Phrases& phrases) {
    const RecipeAnswers& answers = study.recipes[index];
    const std::string& name = answers.recipe.name;
    const Offset offset = recipe_offset(index, study.recipes.size());
    PointLayer line{.name = name, .style = factor_style(index), .joined = true};
    line.style.marker = Marker::none;
    line.offset = offset;
    IntervalLayer means{.name = name, .style = factor_style(index), .offset = offset};
    for (const Arm& arm : answers.recipe.arms) {
        const BySeed values =
            by_seed(arm, [metric](const AnalyzedRun& run) { return run.metrics.*metric; });
        const Estimate mean = estimate_of(values, study.margins.confidence);
        if (mean.n == 0) {
            continue;
        }
        const IntervalMark mark = mean_mark(arm.batch_size, mean, NumberFormat::number, phrases);
        line.points.push_back({mark.position, mark.estimate, mark.hover});
        means.intervals.push_back(mark);
    }
    if (!means.intervals.empty()) {
        panel.layers.emplace_back(std::move(line));
        panel.layers.emplace_back(std::move(means));
    }
}

/// "2 ranks, CPU" of all runs that count; several machines apart by "; ".
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

}  // namespace

Section curves_section(const StudyAnswers& answers, const Phrases& phrases) {
    Section section{.id = "curves", .heading = phrases("Learning curves")};
    Charts charts;
    for (const RecipeAnswers& recipe : answers.recipes) {
        charts.add("curves", curves_chart(recipe, *answers.study, phrases), recipe.recipe.name);
    }
    section.add(std::move(charts));
    return section;
}

std::optional<Chart> curves_chart(const RecipeAnswers& answers, const StudySummary& study,
                                  const Phrases& phrases) {
    const Recipe& recipe = answers.recipe;
    const LossRange range = counted_losses(recipe);
    const DrawnSeeds drawn(recipe);
    Chart chart;
    std::int64_t fewest = 0;
    std::int64_t most = 0;
    for (const Arm& arm : recipe.arms) {
        const std::string size = format_number(static_cast<double>(arm.batch_size));
        Panel panel{.title = arm.runs.empty() ? phrases("batch {}: no run counts", size)
                                              : phrases("batch {}", size)};
        panel.x = {.title = phrases("epoch")};
        panel.y = loss_axis(range, phrases);
        if (!recipe.tuned) {
            add_uncounted(panel, arm, recipe, study, drawn, phrases);
        }
        add_counted(panel, arm, drawn, phrases);
        if (panel.layers.empty()) {
            continue;
        }
        if (const std::int64_t runs = std::ssize(arm.runs); runs > 0) {
            fewest = most == 0 ? runs : std::min(fewest, runs);
            most = std::max(most, runs);
        }
        chart.panels.push_back(std::move(panel));
    }
    if (chart.panels.empty()) {
        return std::nullopt;
    }
    chart.columns = columns_of(chart.panels.size());
    chart.share_x = true;
    chart.share_y = true;
    chart.title = phrases("Learning curves of all seeds");
    chart.description = phrases("Train and validation loss by epoch, a panel for each batch size.");
    chart.caption = phrases(
        "Loss at each evaluation, one line for each run, not smoothed; {} for each batch "
        "size. A line that ends early is a run that did.",
        seed_count_text(fewest, most, phrases));
    chart.caption += drawn.note(phrases);
    if (recipe.tuned) {
        chart.caption += ' ' + phrases(
                                   "Only the runs at the learning rate chosen for each batch "
                                   "size are shown.");
    }
    return chart;
}

Section speed_section(const StudyAnswers& answers, const Phrases& phrases) {
    Section section{.id = "speed", .heading = phrases("Speed")};
    Charts charts;
    charts.add("speed", speed_chart(answers, phrases));
    section.add(std::move(charts));
    return section;
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
        add_recipe(throughput, answers, i, &FinalMetrics::examples_per_second, phrases);
        add_recipe(step, answers, i, &FinalMetrics::seconds_per_step, phrases);
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
