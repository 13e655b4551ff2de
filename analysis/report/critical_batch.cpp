#include "analysis/report/critical_batch.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "analysis/charts/number_format.hpp"
#include "analysis/charts/palette.hpp"

namespace batchscope {

namespace {

std::string origin_text(TargetOrigin origin, const Phrases& phrases) {
    switch (origin) {
        case TargetOrigin::given:
            return phrases("as asked for");
        case TargetOrigin::all_batch_sizes:
            return phrases("the hardest that all batch sizes with runs reach");
        case TargetOrigin::better_half:
            return phrases("the hardest that half of the batch sizes reach");
        case TargetOrigin::best_batch_size:
            break;
    }
    return phrases("the hardest that any batch size reaches");
}

std::string doubt_text(FitDoubt doubt, const Phrases& phrases) {
    switch (doubt) {
        case FitDoubt::curve_does_not_fit:
            return phrases("the curve does not fit these runs");
        case FitDoubt::identical_seeds:
            return phrases("repeated runs are identical");
        case FitDoubt::survivors:
            return phrases("some runs never reached the target");
        case FitDoubt::in_first_interval:
            return phrases("some runs were there before the first evaluation");
        case FitDoubt::evaluation_spacing:
            return phrases("evaluations are too far apart");
        case FitDoubt::inside_schedule:
            break;
    }
    return phrases("the learning rate was still to fall");
}

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

std::optional<Panel> panel_of(const RecipeAnswers& answers, TargetMetric metric,
                              const Phrases& phrases) {
    const bool is_loss = metric == TargetMetric::validation_loss;
    IntervalLayer layer{.style = factor_style(is_loss ? 0 : 1)};
    double smallest = infinity;
    double largest = 0;
    for (std::size_t i = 0; i < answers.to_targets.size(); ++i) {
        const Target& target = answers.to_targets[i].target;
        const CriticalBatchFit& fit = answers.critical_batches[i].fit;
        if (target.metric != metric || fit.status != CriticalBatchStatus::fitted ||
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

std::string target_name(const Target& target, const Phrases& phrases) {
    const std::string origin = origin_text(target.origin, phrases);
    return target.metric == TargetMetric::validation_loss
               ? phrases("validation loss {:.6g} ({})", target.value, origin)
               : phrases("validation accuracy {:.6g} ({})", target.value, origin);
}

std::string critical_batch_text(const ObservedCriticalBatch& critical, const Phrases& phrases) {
    const CriticalBatchFit& fit = critical.fit;
    if (fit.status != CriticalBatchStatus::fitted) {
        return phrases("Critical batch: not known, fewer than three batch sizes reach the target.");
    }
    std::string text;
    switch (fit.bounds) {
        case CriticalBatchBounds::bounded:
            text = phrases(
                "Critical batch B_crit of S(B) = S_min (1 + B_crit / B): {:.0f}, from "
                "{:.0f} to {:.0f}",
                fit.critical_batch, fit.lower, fit.upper);
            break;
        case CriticalBatchBounds::only_upper:
            text = phrases("Critical batch: at most {:.0f} (no batch size here scales)", fit.upper);
            break;
        case CriticalBatchBounds::only_lower:
            text =
                phrases("Critical batch: at least {:.0f} (all batch sizes here scale)", fit.lower);
            break;
        case CriticalBatchBounds::none:
            text = phrases("Critical batch: these runs say nothing");
            break;
    }
    std::vector<std::string> doubts;
    for (const FitDoubt doubt : critical.doubts) {
        doubts.push_back(doubt_text(doubt, phrases));
    }
    return doubts.empty()
               ? text + "."
               : phrases("{}. Doubtful: {}.", text, fmt::format("{}", fmt::join(doubts, "; ")));
}

std::string prediction_text(const ObservedCriticalBatch& critical, const RecipeAnswers& answers,
                            const Phrases& phrases) {
    std::map<Agreement, std::vector<std::int64_t>> sizes;
    for (const PredictedCriticalBatch& predicted : answers.noise_scales) {
        if (predicted.kind == NoiseScaleKind::simple_over_run) {
            sizes[check_prediction(predicted, critical.fit).agreement].push_back(
                predicted.batch_size);
        }
    }
    const auto of = [&sizes](Agreement agreement) {
        const auto found = sizes.find(agreement);
        return found == sizes.end() ? std::string{}
                                    : fmt::format("{}", fmt::join(found->second, ", "));
    };
    std::vector<std::string> parts;
    if (const std::string inside = of(Agreement::inside); !inside.empty()) {
        parts.push_back(phrases("inside its interval as measured at batch {}", inside));
    }
    if (const std::string below = of(Agreement::below); !below.empty()) {
        parts.push_back(phrases("below it as measured at batch {}", below));
    }
    if (const std::string above = of(Agreement::above); !above.empty()) {
        parts.push_back(phrases("above it as measured at batch {}", above));
    }
    return parts.empty()
               ? std::string{}
               : phrases("The noise scale lies {}.", fmt::format("{}", fmt::join(parts, "; ")));
}

std::string noise_scale_text(const RecipeAnswers& answers, const Phrases& phrases) {
    std::vector<std::string> values;
    for (const PredictedCriticalBatch& predicted : answers.noise_scales) {
        if (predicted.kind == NoiseScaleKind::simple_over_run && predicted.scale.counted.n > 0) {
            values.push_back(
                phrases("{:.3g} at batch {}", predicted.scale.counted.mean, predicted.batch_size));
        }
    }
    return values.empty()
               ? std::string{}
               : phrases(
                     "Measured noise scale over the whole run, sum of tr(Sigma) over sum of "
                     "|G|^2, which is said to predict the critical batch: {}.",
                     fmt::format("{}", fmt::join(values, ", ")));
}

std::optional<Chart> sensitivity_chart(const RecipeAnswers& answers, const Phrases& phrases) {
    Chart chart;
    for (const TargetMetric metric :
         {TargetMetric::validation_loss, TargetMetric::validation_accuracy}) {
        if (std::optional<Panel> panel = panel_of(answers, metric, phrases)) {
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
