#include "analysis/report/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/charts/palette.hpp"
#include "analysis/report/critical_batch.hpp"
#include "analysis/report/seed_panel.hpp"
#include "analysis/report/wording.hpp"

namespace batchscope {

namespace {

std::string median_text(const TimesToTarget& times, ClockIndex::Value clock,
                        const Phrases& phrases) {
    const TypicalTime& typical = times.typical[clock];
    if (!typical.resolved) {
        return phrases("not resolved");
    }
    return std::isfinite(typical.median) ? format_number(typical.median) : "–";
}

/// "3.13 x (2.9-3.4)": how many times fewer steps; with one pair of seeds without an interval.
std::string saved_text(const TimeRatio& ratio, const Phrases& phrases) {
    const PairedComparison& steps = ratio.log_ratio[ClockIndex::steps];
    if (!ratio.resolved[ClockIndex::steps]) {
        return phrases("not resolved");
    }
    if (!std::isfinite(steps.mean)) {
        return "–";
    }
    const std::string factor = fmt::format("{:.3g} x", std::exp(-steps.mean));
    return std::isfinite(steps.half_width)
               ? fmt::format("{} ({:.3g}-{:.3g})", factor, std::exp(-steps.mean - steps.half_width),
                             std::exp(-steps.mean + steps.half_width))
               : factor;
}

Table times_table(const RecipeAnswers& answers, std::size_t index, const Phrases& phrases) {
    const TimeToTarget& times = answers.to_targets[index];
    const ObservedCriticalBatch& critical = answers.critical_batches[index];
    const std::string prediction = prediction_text(critical, answers, phrases);
    Table table{
        .caption = in_recipe(answers.recipe, critical_batch_text(critical, phrases)) +
                   (prediction.empty() ? prediction : ' ' + prediction) + ' ' +
                   phrases("Time to {}, median over seeds:", target_name(times.target, phrases)),
        .header = {phrases("batch"), phrases("reached"), phrases("steps"), phrases("examples"),
                   phrases("seconds"), phrases("steps saved")}};
    for (const TimesToTarget& of_size : times.batch_sizes) {
        const auto ratio = std::find_if(
            times.against_reference.begin(), times.against_reference.end(),
            [&of_size](const TimeRatio& other) { return other.batch_size == of_size.batch_size; });
        const std::string saved =
            ratio == times.against_reference.end() ? "–" : saved_text(*ratio, phrases);
        table.rows.push_back({{fmt::format("{}", of_size.batch_size)},
                              {fmt::format("{}/{}", of_size.reached, of_size.tried)},
                              {median_text(of_size, ClockIndex::steps, phrases)},
                              {median_text(of_size, ClockIndex::examples, phrases)},
                              {median_text(of_size, ClockIndex::seconds, phrases)},
                              {saved}});
    }
    return table;
}

/// What a panel counts: steps, or the examples in them.
enum class Count { steps, examples };

double in_units(Count count, double steps, double batch_size) {
    return count == Count::steps ? steps : steps * batch_size;
}

std::set<std::uint64_t> all_seeds(const TimeToTarget& times) {
    std::set<std::uint64_t> seeds;
    for (const TimesToTarget& of_size : times.batch_sizes) {
        for (const RunToTarget& run : of_size.runs) {
            seeds.insert(run.seed);
        }
    }
    return seeds;
}

/// A run that came to the target.
struct RunTime {
    std::int64_t batch_size;
    std::uint64_t seed;
    double time;
};

/// In ascending batch sizes.
std::vector<RunTime> run_times(const TimeToTarget& times, Count count) {
    const auto clock = count == Count::steps ? ClockIndex::steps : ClockIndex::examples;
    std::vector<RunTime> reached;
    for (const TimesToTarget& of_size : times.batch_sizes) {
        for (const RunToTarget& run : of_size.runs) {
            if (const double time = run.time(clock); std::isfinite(time)) {
                reached.push_back({of_size.batch_size, run.seed, time});
            }
        }
    }
    return reached;
}

PointLayer run_dots(const std::vector<RunTime>& runs, const DrawnSeeds& drawn,
                    const Phrases& phrases) {
    PointLayer dots{.name = phrases("one seed"), .style = factor_style(0)};
    for (const RunTime& run : runs) {
        if (drawn.includes(run.seed)) {
            dots.points.push_back({static_cast<double>(run.batch_size), run.time,
                                   phrases("batch {}, seed {}: {}", run.batch_size, run.seed,
                                           format_number(run.time))});
        }
    }
    return dots;
}

/// The geometric mean at the smallest batch size that has any; NaN for none.
double at_smallest(const std::vector<RunTime>& runs) {
    double logs = 0;
    double count = 0;
    for (const RunTime& run : runs) {
        if (run.batch_size == runs.front().batch_size) {
            logs += std::log(run.time);
            count += 1;
        }
    }
    return count > 0 ? std::exp(logs / count) : unknown;
}

/// Double the batch, half the steps: as many examples at every batch size.
LineLayer perfect_scaling(const std::vector<RunTime>& runs, Count count, const Phrases& phrases) {
    const auto from = static_cast<double>(runs.front().batch_size);
    const auto to = static_cast<double>(runs.back().batch_size);
    const double begin = at_smallest(runs);
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
                  const DrawnSeeds& drawn, const Phrases& phrases) {
    Panel panel;
    panel.y = {.title = count == Count::steps ? phrases("steps") : phrases("examples"),
               .scale = AxisScale::log10};
    const std::vector<RunTime> runs = run_times(times, count);
    std::vector<std::int64_t> sizes;
    for (const TimesToTarget& of_size : times.batch_sizes) {
        sizes.push_back(of_size.batch_size);
    }
    panel.x = batch_size_axis(sizes, phrases);
    if (runs.empty()) {
        return panel;
    }
    const auto from = static_cast<double>(runs.front().batch_size);
    const auto to = static_cast<double>(runs.back().batch_size);
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
        panel.layers.emplace_back(perfect_scaling(runs, count, phrases));
    }
    if (is_bounded) {
        panel.layers.emplace_back(fitted_curve(fit, from, to, count, phrases));
    }
    panel.layers.emplace_back(run_dots(runs, drawn, phrases));
    return panel;
}

}  // namespace

Section target_section(const StudyAnswers& answers, const Phrases& phrases) {
    Section section{.id = "targets", .heading = phrases("Time to a target")};
    for (const RecipeAnswers& recipe : answers.recipes) {
        Charts charts;
        for (std::size_t i = 0; i < recipe.to_targets.size(); ++i) {
            section.add(times_table(recipe, i, phrases));
            if (recipe.to_targets[i].target.metric == TargetMetric::validation_loss) {
                charts.add(fmt::format("target{}", i + 1), target_chart(recipe, i, phrases),
                           recipe.recipe.name);
            }
        }
        charts.add("sensitivity", sensitivity_chart(recipe, phrases), recipe.recipe.name);
        section.add(std::move(charts));
        if (const std::string noise = noise_scale_text(recipe, phrases); !noise.empty()) {
            section.add(in_recipe(recipe.recipe, noise));
        }
    }
    return section;
}

std::optional<Chart> target_chart(const RecipeAnswers& answers, std::size_t index,
                                  const Phrases& phrases) {
    const TimeToTarget& times = answers.to_targets.at(index);
    const ObservedCriticalBatch& critical = answers.critical_batches.at(index);
    const DrawnSeeds drawn(all_seeds(times));
    Chart chart;
    chart.share_x = true;
    for (const Count count : {Count::steps, Count::examples}) {
        Panel panel = count_panel(times, critical.fit, count, drawn, phrases);
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
    chart.caption += drawn.note(phrases);
    return chart;
}

}  // namespace batchscope
