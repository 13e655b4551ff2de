#include "analysis/report/charts_targets.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/figures/palette.hpp"
#include "analysis/report/seed_panel.hpp"
#include "analysis/report/target_report.hpp"

namespace batchscope {

namespace {

/// What a panel counts: steps, or the examples in them.
enum class Count { steps, examples };

double in_units(Count count, double steps, double batch_size) {
    return count == Count::steps ? steps : steps * batch_size;
}

PointLayer run_dots(const TimeToTarget& times, Count count, const Phrases& phrases) {
    PointLayer dots{.name = phrases("one seed"), .style = factor_style(0)};
    const auto clock = count == Count::steps ? ClockIndex::steps : ClockIndex::examples;
    for (const TimesToTarget& of_size : times.batch_sizes) {
        for (const RunToTarget& run : of_size.runs) {
            if (const double time = run.time(clock); std::isfinite(time)) {
                dots.points.push_back({static_cast<double>(of_size.batch_size), time,
                                       phrases("batch {}, seed {}: {}", of_size.batch_size,
                                               run.seed, format_number(time))});
            }
        }
    }
    return dots;
}

/// The geometric mean of the dots at the smallest batch size that has any; NaN for none.
double at_smallest(const PointLayer& dots) {
    double logs = 0;
    double points = 0;
    for (const PointMark& dot : dots.points) {
        if (dot.x == dots.points.front().x) {
            logs += std::log(dot.y);
            points += 1;
        }
    }
    return points > 0 ? std::exp(logs / points) : unknown;
}

/// Double the batch, half the steps: as many examples at every batch size.
LineLayer perfect_scaling(const PointLayer& dots, Count count, const Phrases& phrases) {
    const double from = dots.points.front().x;
    const double to = dots.points.back().x;
    const double begin = at_smallest(dots);
    return {.name = phrases("perfect scaling"),
            .style = {.colour = middle_grey, .marker = Marker::none, .dash = Dash::dashed},
            .x = {from, to},
            .y = {begin, count == Count::steps ? begin * from / to : begin},
            .hover = phrases("perfect scaling")};
}

LineLayer fitted_curve(const CriticalBatchFit& fit, double from, double to, Count count,
                       const Phrases& phrases) {
    constexpr int pieces = 60;
    LineLayer line{.name = phrases("fit S_min (1 + B_crit / B)"), .style = factor_style(1)};
    line.style.dash = Dash::solid;
    line.style.marker = Marker::none;
    line.hover = phrases("B_crit {}, from {} to {}", format_number(fit.critical_batch, 3),
                         format_number(fit.lower, 3), format_number(fit.upper, 3));
    for (int i = 0; i <= pieces; ++i) {
        const double batch = from * std::pow(to / from, static_cast<double>(i) / pieces);
        line.x.push_back(batch);
        line.y.push_back(
            in_units(count, fit.minimum_steps * (1 + fit.critical_batch / batch), batch));
    }
    return line;
}

Panel count_panel(const TimeToTarget& times, const CriticalBatchFit& fit, Count count,
                  const Phrases& phrases) {
    Panel panel;
    panel.y = {.title = count == Count::steps ? phrases("steps") : phrases("examples"),
               .scale = AxisScale::log10};
    PointLayer dots = run_dots(times, count, phrases);
    std::vector<std::int64_t> sizes;
    for (const TimesToTarget& of_size : times.batch_sizes) {
        sizes.push_back(of_size.batch_size);
    }
    panel.x = batch_size_axis(sizes, phrases);
    if (dots.points.empty()) {
        return panel;
    }
    const double from = dots.points.front().x;
    const double to = dots.points.back().x;
    const bool is_bounded = fit.status == CriticalBatchStatus::fitted &&
                            fit.bounds == CriticalBatchBounds::bounded && from < to;
    if (is_bounded) {
        panel.layers.emplace_back(SpanLayer{
            .name = phrases("interval of B_crit"),
            .style = {.colour = factor_style(1).colour, .opacity = 0.7},
            .low = fit.lower,
            .high = fit.upper,
            .hover = phrases("B_crit {}, from {} to {}", format_number(fit.critical_batch, 3),
                             format_number(fit.lower, 3), format_number(fit.upper, 3))});
    }
    if (from < to) {
        panel.layers.emplace_back(perfect_scaling(dots, count, phrases));
    }
    if (is_bounded) {
        panel.layers.emplace_back(fitted_curve(fit, from, to, count, phrases));
    }
    panel.layers.emplace_back(std::move(dots));
    return panel;
}

}  // namespace

std::optional<Chart> target_chart(const RecipeAnswers& answers, std::size_t index,
                                  const Phrases& phrases) {
    const TimeToTarget& times = answers.to_targets.at(index);
    const ObservedCriticalBatch& critical = answers.critical_batches.at(index);
    Chart chart;
    chart.share_x = true;
    for (const Count count : {Count::steps, Count::examples}) {
        Panel panel = count_panel(times, critical.fit, count, phrases);
        if (!panel.layers.empty()) {
            chart.panels.push_back(std::move(panel));
        }
    }
    if (chart.panels.empty()) {
        return std::nullopt;
    }
    std::int64_t reached = 0;
    std::int64_t tried = 0;
    for (const TimesToTarget& of_size : times.batch_sizes) {
        reached += of_size.reached;
        tried += of_size.tried;
    }
    chart.title = phrases("Steps and examples to {}", target_name(times.target, phrases));
    chart.description = critical_batch_text(critical, phrases);
    chart.caption = phrases(
        "Each dot: one run, interpolated between evaluations; {} of {} runs reached the "
        "target. Perfect scaling: twice the batch, half the steps. {}",
        reached, tried, critical_batch_text(critical, phrases));
    return chart;
}

}  // namespace batchscope
