#include "analysis/report/sharpness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "analysis/charts/palette.hpp"
#include "analysis/report/metrics.hpp"
#include "analysis/report/seed_panel.hpp"
#include "analysis/report/wording.hpp"

namespace batchscope {

namespace {

bool is_recorded(const StudySummary& study, const SharpnessMetric& metric) {
    return std::any_of(study.groups.begin(), study.groups.end(), [&metric](const Group& group) {
        const SharpnessEstimate& estimate = group.sharpness.at(metric.name);
        return estimate.counted.n > 0 || estimate.not_counted > 0;
    });
}

/// "12.3±0.4" of the values that count; a mark for each other: "~15.2" where none counts (the range
/// for several), " ~1" behind a mean that leaves one out; "–" without any value.
std::string format_sharpness(const SharpnessEstimate& estimate, const SharpnessMetric& metric,
                             std::int64_t runs, const Phrases& phrases) {
    if (estimate.counted.n == 0) {
        if (estimate.not_counted == 0) {
            return "–";
        }
        // A ratio whose denominator is lost in noise may be anything: no number is one.
        if (metric == noise_scale_metric() || !std::isfinite(estimate.lowest_not_counted) ||
            !std::isfinite(estimate.highest_not_counted)) {
            return phrases("not resolved");
        }
        return estimate.not_counted == 1
                   ? fmt::format("~{:.4g}", estimate.lowest_not_counted)
                   : fmt::format("~{:.4g}..{:.4g}", estimate.lowest_not_counted,
                                 estimate.highest_not_counted);
    }
    const std::string text = format_estimate(estimate.counted, 0, runs);
    return estimate.not_counted == 0 ? text : fmt::format("{} ~{}", text, estimate.not_counted);
}

/// Metrics that stand in one table.
struct MetricGroup {
    std::string title;
    std::vector<SharpnessMetric> metrics;
};

/// "top eigenvalue", or with the unit where it is no plain number: "gap (nats)".
std::string with_unit(const std::string& name, const SharpnessMetric& metric) {
    return metric.units == "1" ? name : fmt::format("{} ({})", name, metric.units);
}

/// The means of some metrics, those that any run has, with the largest error of each. Without
/// rows where there is none.
Table means_table(const StudySummary& study, const MetricGroup& shown, const Phrases& phrases) {
    Table table = group_table(study, shown.title, phrases);
    const std::size_t names = table.header.size();
    for (const SharpnessMetric& metric : shown.metrics) {
        if (!is_recorded(study, metric)) {
            continue;
        }
        const bool has_error = !metric.error_heading.empty();
        table.header.push_back(
            with_unit(phrases.text(metric.heading.empty() ? metric.name : metric.heading), metric));
        if (has_error) {
            table.header.push_back(phrases.text(metric.error_heading));
        }
        for (std::size_t row = 0; row < study.groups.size(); ++row) {
            const SharpnessEstimate& estimate = study.groups[row].sharpness.at(metric.name);
            table.rows[row].push_back(
                {format_sharpness(estimate, metric, std::ssize(study.groups[row].runs), phrases)});
            if (has_error) {
                table.rows[row].push_back({std::isnan(estimate.largest_error)
                                               ? "–"
                                               : fmt::format("{:.2g}", estimate.largest_error)});
            }
        }
    }
    return table.header.size() > names ? table : Table{};
}

/// "box 0.001"; nothing where runs differ or have none.
std::string box_text(const StudySummary& study, const Phrases& phrases) {
    double epsilon = std::numeric_limits<double>::quiet_NaN();
    for (const Group& group : study.groups) {
        for (const AnalyzedRun* run : group.runs) {
            const double other = run->sharpness.epsilon;
            if (std::isnan(epsilon)) {
                epsilon = other;
            } else if (!std::isnan(other) && other != epsilon) {
                return {};
            }
        }
    }
    return std::isnan(epsilon) ? std::string{} : phrases(", box {}", epsilon);
}

/// Its title; a file may give none.
std::string title_of(const SharpnessMetric& metric, const Phrases& phrases) {
    return with_unit(metric.title.empty() ? metric.name : phrases.text(metric.title), metric);
}

/// The metrics by the table that their files put them into; the size of the box, where a table is
/// of one.
std::vector<MetricGroup> metrics_by_table(const StudySummary& study, const Phrases& phrases) {
    std::vector<MetricGroup> groups;
    for (const SharpnessMetric& metric : study.sharpness_metrics) {
        std::string title =
            metric.table.empty() ? title_of(metric, phrases) : phrases.text(metric.table);
        if (metric.dimension == "epsilon") {
            title += box_text(study, phrases);
        }
        const auto known =
            std::find_if(groups.begin(), groups.end(),
                         [&title](const MetricGroup& group) { return group.title == title; });
        if (known == groups.end()) {
            groups.push_back({std::move(title), {metric}});
        } else {
            known->metrics.push_back(metric);
        }
    }
    return groups;
}

/// The tables of means, and what their marks mean.
void add_means(Section& section, const StudySummary& study, const Phrases& phrases) {
    for (const MetricGroup& group : metrics_by_table(study, phrases)) {
        section.add(means_table(study, group, phrases));
    }
    bool is_marked = false;
    bool is_coupled = false;
    for (const Group& group : study.groups) {
        is_marked = is_marked ||
                    std::any_of(group.sharpness.begin(), group.sharpness.end(),
                                [](const auto& entry) { return entry.second.not_counted > 0; });
        is_coupled = is_coupled ||
                     std::any_of(group.runs.begin(), group.runs.end(), [](const AnalyzedRun* run) {
                         return run->sharpness.shares_coupled &&
                                !std::isnan(run->sharpness.values[noise_scale_metric().name].value);
                     });
    }
    if (is_marked) {
        section.add(
            phrases("~ is in no mean, with the number of runs behind one: an eigenvalue "
                    "that has not converged, no rise found in the box, or a gradient lost "
                    "in its noise."));
    }
    if (is_coupled) {
        section.add(
            phrases("Noise scale with shares coupled: batch normalisation takes its "
                    "statistics over the whole batch, so that the examples of a batch are "
                    "not independent."));
    }
}

std::string psi_text(const ConditionalKendall& kendall) {
    return std::isnan(kendall.psi)
               ? "–"
               : fmt::format("{:+.2f} ({})", kendall.psi, p_text(kendall.p_two_sided));
}

Table association_table(const StudyAnswers& answers, const Phrases& phrases) {
    Table table{
        .caption = phrases(
            "Does the generalization gap rise with sharpness? Kendall's rank correlation, +1 where "
            "both always rise together: over all runs (τ), and along the batch size alone (ψ, the "
            "mean within runs that agree in seed and all else; permutation p)."),
        .header = {phrases("measure"), phrases("runs"), phrases("τ, all runs"),
                   phrases("ψ, along the batch size")}};
    for (const SharpnessAssociation& association : answers.sharpness_and_gap) {
        table.rows.push_back(
            {{title_of(association.measure, phrases)},
             {fmt::format("{}", association.runs)},
             {std::isnan(association.overall) ? "–" : fmt::format("{:+.2f}", association.overall)},
             {psi_text(association.along_batch_size)}});
    }
    return table;
}

struct MetricLayers {
    IntervalLayer means;
    PointLayer uncounted;
};

MetricLayers layers_of(const StudyAnswers& study, std::size_t index, const SharpnessMetric& metric,
                       const Phrases& phrases) {
    const RecipeAnswers& answers = study.recipes[index];
    const Offset offset = recipe_offset(index, study.recipes.size());
    MetricLayers layers{
        {.name = answers.recipe.name.empty() ? phrases("mean over the seeds") : answers.recipe.name,
         .style = factor_style(index),
         .offset = offset},
        {.name = phrases("one run, does not count"),
         .style = factor_style(index),
         .offset = offset}};
    for (const Arm& arm : answers.recipe.arms) {
        const auto batch = static_cast<double>(arm.batch_size);
        std::vector<double> counted;
        double largest_error = 0;
        for (const auto& [seed, run] : arm.runs) {
            const CertifiedValue& value = run->sharpness.values[metric.name];
            if (value.counts && std::isfinite(value.value)) {
                counted.push_back(value.value);
                largest_error = std::fmax(largest_error, value.error);
            } else if (std::isfinite(value.value) && !(metric == noise_scale_metric())) {
                layers.uncounted.points.push_back(
                    {batch, value.value,
                     phrases("batch {}, seed {}: {}, does not count", arm.batch_size, seed,
                             format_number(value.value)),
                     true});
            }
        }
        const Estimate mean = estimate_mean(counted, study.margins.confidence);
        if (mean.n > 0) {
            layers.means.intervals.push_back(
                {batch, mean.mean, mean.mean - mean.half_width, mean.mean + mean.half_width,
                 phrases("batch {}: mean {} ± {} (n = {}; largest error of one {})", arm.batch_size,
                         format_number(mean.mean), format_number(mean.half_width), mean.n,
                         format_number(largest_error, 2))});
        }
    }
    return layers;
}

/// The axis of the values that count: a logarithm where their means are above zero, since sharpness
/// spans orders of magnitude. One that does not count may be anything and does not stretch it.
void set_range(ChartAxis& axis, const std::vector<IntervalMark>& means) {
    constexpr double air = 1.4;
    double low = std::numeric_limits<double>::quiet_NaN();
    double high = low;
    for (const IntervalMark& mark : means) {
        low = std::fmin(low, std::fmin(mark.estimate, mark.low > 0 ? mark.low : mark.estimate));
        high = std::fmax(high, std::fmax(mark.estimate, mark.high));
    }
    if (low > 0) {
        axis.scale = AxisScale::log10;
        axis.low = low / air;
        axis.high = high * air;
    }
}

Panel metric_panel(const StudyAnswers& answers, const SharpnessMetric& metric,
                   const Phrases& phrases) {
    Panel panel;
    std::set<std::int64_t> sizes;
    std::vector<IntervalMark> means;
    for (std::size_t i = 0; i < answers.recipes.size(); ++i) {
        MetricLayers layers = layers_of(answers, i, metric, phrases);
        for (const Arm& arm : answers.recipes[i].recipe.arms) {
            sizes.insert(arm.batch_size);
        }
        means.insert(means.end(), layers.means.intervals.begin(), layers.means.intervals.end());
        if (!layers.means.intervals.empty()) {
            panel.layers.emplace_back(std::move(layers.means));
        }
        if (!layers.uncounted.points.empty()) {
            panel.layers.emplace_back(std::move(layers.uncounted));
        }
    }
    panel.x = batch_size_axis({sizes.begin(), sizes.end()}, phrases);
    panel.y.title = metric == noise_scale_metric() ? phrases("examples") : std::string{};
    set_range(panel.y, means);
    return panel;
}

bool any_uncounted(const Panel& panel) {
    return std::any_of(panel.layers.begin(), panel.layers.end(), [](const Layer& layer) {
        return std::holds_alternative<PointLayer>(layer);
    });
}

}  // namespace

Section sharpness_section(const StudyAnswers& answers, const Phrases& phrases) {
    Section section{.id = "sharpness", .heading = phrases("Sharpness and gradient noise")};
    Charts charts;
    for (const SharpnessMetric& metric : answers.study->sharpness_metrics) {
        charts.add(metric.name, sharpness_chart(answers, metric, phrases));
    }
    section.add(std::move(charts));
    section.add(association_table(answers, phrases));
    add_means(section, *answers.study, phrases);
    return section;
}

std::optional<Chart> sharpness_chart(const StudyAnswers& answers, const SharpnessMetric& metric,
                                     const Phrases& phrases) {
    Chart chart{.title = title_of(metric, phrases)};
    chart.panels.push_back(metric_panel(answers, metric, phrases));
    if (chart.panels.front().layers.empty()) {
        return std::nullopt;
    }
    chart.description = phrases("{} at the final weights, by batch size.", chart.title);
    chart.caption = phrases(
        "At the final weights. Marks: mean over the seeds with its {:.6g} % Student interval.",
        100 * answers.margins.confidence);
    if (any_uncounted(chart.panels.front())) {
        chart.caption += ' ' + phrases(
                                   "Open: a value that is in no mean, since it did not "
                                   "converge or is lost in its noise.");
    }
    return chart;
}

}  // namespace batchscope
