#include "analysis/report/charts_targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "analysis/figures/palette.hpp"
#include "analysis/report/seed_panel.hpp"
#include "analysis/report/target_report.hpp"

namespace batchscope {

namespace {

PointLayer run_layer(const std::vector<StepsToTarget>& points, const Phrases& phrases) {
    PointLayer layer{.name = phrases("one run"), .style = {.colour = dark_grey}};
    for (const StepsToTarget& point : points) {
        layer.points.push_back({.x = point.batch_size,
                                .y = point.steps,
                                .hover = phrases("batch {:.0f}, seed {}: {:.0f} steps",
                                                 point.batch_size, point.seed, point.steps)});
    }
    return layer;
}

/// From the geometric mean of the smallest batch size, falling as 1/B.
LineLayer perfect_scaling(const std::vector<StepsToTarget>& points, double smallest, double largest,
                          const Phrases& phrases) {
    double log_sum = 0;
    double n = 0;
    for (const StepsToTarget& point : points) {
        if (point.batch_size == smallest) {
            log_sum += std::log(point.steps);
            ++n;
        }
    }
    const double steps = std::exp(log_sum / n);
    return {.name = phrases("perfect scaling"),
            .style = {.colour = middle_grey, .dash = Dash::dashed},
            .x = {smallest, largest},
            .y = {steps, steps * smallest / largest}};
}

LineLayer fitted_curve(const CriticalBatchFit& fit, double smallest, double largest,
                       const Phrases& phrases) {
    constexpr int points = 60;
    LineLayer layer{.name = phrases("fit S = S_min (1 + B_crit / B)"), .style = factor_style(0)};
    layer.style.dash = Dash::solid;
    for (int i = 0; i <= points; ++i) {
        const double batch =
            smallest * std::pow(largest / smallest, static_cast<double>(i) / points);
        layer.x.push_back(batch);
        layer.y.push_back(fit.minimum_steps * (1 + fit.critical_batch / batch));
    }
    return layer;
}

}  // namespace

std::optional<Chart> steps_chart(const ObservedCriticalBatch& critical, const Margins& margins,
                                 const Phrases& phrases) {
    std::set<std::int64_t> sizes;
    for (const StepsToTarget& point : critical.points) {
        sizes.insert(static_cast<std::int64_t>(point.batch_size));
    }
    if (sizes.size() < 2) {
        return std::nullopt;
    }
    const auto smallest = static_cast<double>(*sizes.begin());
    const auto largest = static_cast<double>(*sizes.rbegin());
    Panel panel;
    panel.x = batch_size_axis({sizes.begin(), sizes.end()}, phrases);
    panel.y = {.title = phrases("steps to the target"), .scale = AxisScale::log10};
    panel.layers.emplace_back(perfect_scaling(critical.points, smallest, largest, phrases));
    const bool is_bounded = critical.fit.bounds == CriticalBatchBounds::bounded;
    if (is_bounded) {
        panel.layers.emplace_back(fitted_curve(critical.fit, smallest, largest, phrases));
        if (critical.fit.critical_batch <= largest && critical.fit.critical_batch >= smallest) {
            panel.layers.emplace_back(
                RuleLayer{.style = {.colour = dark_grey, .dash = Dash::dotted, .width = 1},
                          .value = critical.fit.critical_batch,
                          .label = fmt::format("B_crit = {:.0f}", critical.fit.critical_batch)});
        }
    }
    panel.layers.emplace_back(run_layer(critical.points, phrases));
    Chart chart;
    chart.title = phrases("Steps to {}", target_name(critical.target, phrases));
    chart.description = critical_batch_text(critical, phrases);
    chart.caption = phrases("{} runs that reached the target, on log axes. {:.6g} % intervals. {}",
                            critical.points.size(), 100 * margins.confidence,
                            critical_batch_text(critical, phrases));
    chart.panels.push_back(std::move(panel));
    return chart;
}

}  // namespace batchscope
