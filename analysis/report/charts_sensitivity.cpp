#include "analysis/report/charts_sensitivity.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/figures/palette.hpp"
#include "analysis/report/target_report.hpp"

namespace batchscope {

namespace {

IntervalMark mark_of(const Target& target, const CriticalBatchFit& fit, const Phrases& phrases) {
    const bool is_bounded = fit.bounds == CriticalBatchBounds::bounded;
    IntervalMark mark{.position = target.value,
                      .estimate = is_bounded ? fit.critical_batch : unknown,
                      .low = fit.lower,
                      .high = fit.upper};
    const std::string name = target_name(target, phrases);
    switch (fit.bounds) {
        case CriticalBatchBounds::only_lower:
            mark.hover = phrases("{}: at least {}", name, format_number(fit.lower, 3));
            break;
        case CriticalBatchBounds::only_upper:
            mark.hover = phrases("{}: at most {}", name, format_number(fit.upper, 3));
            break;
        case CriticalBatchBounds::bounded:
        case CriticalBatchBounds::none:
            mark.hover =
                phrases("{}: B_crit {}, from {} to {}", name, format_number(fit.critical_batch, 3),
                        format_number(fit.lower, 3), format_number(fit.upper, 3));
            break;
    }
    return mark;
}

std::optional<Panel> panel_of(const RecipeAnswers& answers, TargetFigure figure,
                              const Phrases& phrases) {
    const bool is_loss = figure == TargetFigure::validation_loss;
    IntervalLayer layer{.style = factor_style(is_loss ? 0 : 1)};
    double smallest = infinity;
    double largest = 0;
    for (std::size_t i = 0; i < answers.to_targets.size(); ++i) {
        const Target& target = answers.to_targets[i].target;
        const CriticalBatchFit& fit = answers.critical_batches[i].fit;
        if (target.figure != figure || fit.status != CriticalBatchStatus::fitted ||
            fit.bounds == CriticalBatchBounds::none) {
            continue;
        }
        layer.intervals.push_back(mark_of(target, fit, phrases));
        for (const double end : {fit.lower, fit.critical_batch, fit.upper}) {
            if (end > 0 && std::isfinite(end)) {
                smallest = std::min(smallest, end);
                largest = std::max(largest, end);
            }
        }
    }
    if (layer.intervals.size() < 2) {
        return std::nullopt;
    }
    Panel panel;
    panel.x.title = is_loss ? phrases("validation loss") : phrases("validation accuracy");
    panel.x.format = is_loss ? NumberFormat::number : NumberFormat::percent;
    for (const IntervalMark& mark : layer.intervals) {
        panel.x.ticks.push_back(mark.position);
    }
    panel.y = {.title = phrases("critical batch size"), .scale = AxisScale::log2};
    panel.y.low = smallest / 2;
    panel.y.high = largest * 2;
    panel.layers.emplace_back(std::move(layer));
    return panel;
}

}  // namespace

std::optional<Chart> sensitivity_chart(const RecipeAnswers& answers, const Phrases& phrases) {
    Chart chart;
    for (const TargetFigure figure :
         {TargetFigure::validation_loss, TargetFigure::validation_accuracy}) {
        if (std::optional<Panel> panel = panel_of(answers, figure, phrases)) {
            chart.panels.push_back(std::move(*panel));
        }
    }
    if (chart.panels.empty()) {
        return std::nullopt;
    }
    chart.title = phrases("Does the critical batch depend on the target?");
    chart.description = phrases("Critical batch size with its interval at each target.");
    chart.caption = phrases(
        "B_crit of S(B) = S_min (1 + B_crit / B) with its profile interval, fitted to the steps to "
        "each target. An arrow: the grid does not bound this side.");
    return chart;
}

}  // namespace batchscope
