#include "analysis/report/charts_curves.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/figures/palette.hpp"
#include "analysis/report/drawn_seeds.hpp"

namespace batchscope {

namespace {

constexpr double line_width = 1.1;

/// The evaluations that have the figure: a row may hold validation figures alone.
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

}  // namespace

std::optional<Chart> curves_chart(const RecipeAnswers& answers, const StudySummary& study,
                                  const Phrases& phrases) {
    const Recipe& recipe = answers.recipe;
    const LossRange range = counted_losses(recipe);
    const DrawnSeeds drawn(recipe);
    Chart chart;
    std::size_t fewest = 0;
    std::size_t most = 0;
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
        if (!arm.runs.empty()) {
            fewest = most == 0 ? arm.runs.size() : std::min(fewest, arm.runs.size());
            most = std::max(most, arm.runs.size());
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
        fewest == most ? phrases("n = {} seeds", most)
                       : phrases("n = {} to {} seeds", fewest, most));
    chart.caption += drawn.note(phrases);
    if (recipe.tuned) {
        chart.caption += ' ' + phrases(
                                   "Only the runs at the learning rate chosen for each batch "
                                   "size are shown.");
    }
    return chart;
}

}  // namespace batchscope
