#include "analysis/report/charts_trials.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/figures/palette.hpp"
#include "analysis/questions/by_seed.hpp"
#include "analysis/statistics/best_of.hpp"

namespace batchscope {

namespace {

constexpr std::int64_t most_trials = 30;

/// Final validation losses at every rate and seed of a batch size; of runs that do not count the
/// worst of them.
std::vector<double> losses_of(const Arm& arm) {
    std::vector<double> losses;
    std::size_t lost = 0;
    for (const TriedRate& rate : arm.rates) {
        const BySeed known =
            by_seed(rate.runs, [](const AnalyzedRun& run) { return run.figures.validation_loss; });
        for (const auto& [seed, loss] : known) {
            losses.push_back(loss);
        }
        lost += rate.uncounted.size();
    }
    if (!losses.empty()) {
        losses.resize(losses.size() + lost, *std::max_element(losses.begin(), losses.end()));
    }
    return losses;
}

}  // namespace

std::optional<Chart> trials_chart(const Recipe& recipe, const Phrases& phrases) {
    if (!recipe.tuned) {
        return std::nullopt;
    }
    Panel panel;
    panel.x = {.title = phrases("runs to choose from (k)"), .low = 1};
    panel.y = {.title = phrases("expected lowest validation loss")};
    std::int64_t most_runs = 0;
    // One run of a rate that is far too large: all that matters would lie on the bottom line.
    constexpr double wide = 5;
    double lowest = unknown;
    double highest = unknown;
    for (std::size_t i = 0; i < recipe.arms.size(); ++i) {
        const Arm& arm = recipe.arms[i];
        const std::vector<double> losses = losses_of(arm);
        PointLayer line{.name = format_number(static_cast<double>(arm.batch_size)),
                        .style = ordered_style(i, recipe.arms.size()),
                        .joined = true};
        const std::int64_t runs = std::min(std::ssize(losses), most_trials);
        for (std::int64_t k = 1; k <= runs; ++k) {
            const double expected = expected_best_of(losses, k, Better::smaller);
            lowest = std::fmin(lowest, expected);
            highest = std::fmax(highest, expected);
            line.points.push_back(
                {static_cast<double>(k), expected,
                 phrases("batch {}, best of {}: {}", arm.batch_size, k, format_number(expected))});
        }
        most_runs = std::max(most_runs, runs);
        if (!line.points.empty()) {
            panel.layers.emplace_back(std::move(line));
        }
    }
    if (most_runs < 2) {
        return std::nullopt;
    }
    panel.x.high = static_cast<double>(most_runs);
    if (lowest > 0 && highest > wide * lowest) {
        panel.y.scale = AxisScale::log10;
    }
    for (std::int64_t k = 1; k <= most_runs && most_runs <= 10; ++k) {
        panel.x.ticks.push_back(static_cast<double>(k));
    }
    return Chart{
        .title = phrases("The best of k runs"),
        .caption = phrases(
            "Expected lowest final validation loss of k runs of a batch size, drawn without "
            "replacement from all that were tried there, over rates and seeds; a run that does "
            "not count is taken as the worst. Batch sizes with more runs reach further: compare at "
            "equal k."),
        .description = phrases("Expected lowest validation loss of k runs, by batch size."),
        .panels = {std::move(panel)}};
}

}  // namespace batchscope
