#include "analysis/report/metrics.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/report/seed_panel.hpp"
#include "analysis/report/wording.hpp"
#include "analysis/runs/axis_names.hpp"

namespace batchscope {

namespace {

/// "-0.45 ± 0.06 points"; where the batch sizes do not lie on a line, that instead of a slope.
std::string slope_text(const MetricAnswer& answer, const Margins& margins, const Phrases& phrases) {
    const PairedComparison& slope = answer.slope.mean;
    if (answer.slope.fit.p < margins.alpha()) {
        return phrases("no line fits ({})", p_text(answer.slope.fit.p));
    }
    const std::string change = fmt::format("{} ± {}", change_text(slope.mean, answer.metric),
                                           width_text(slope.half_width, answer.metric));
    return is_in_points(answer.metric) ? phrases("{} points", change) : change;
}

/// "64, 256"; "–" for none.
std::string sizes_text(const std::vector<std::int64_t>& batch_sizes) {
    return batch_sizes.empty() ? "–" : fmt::format("{}", fmt::join(batch_sizes, ", "));
}

/// ", without 64, 256"; empty for none.
std::string without_text(const std::vector<std::int64_t>& batch_sizes, const Phrases& phrases) {
    return batch_sizes.empty() ? std::string{} : phrases(", without {}", sizes_text(batch_sizes));
}

Table trend_table(const StudyAnswers& answers, const Phrases& phrases) {
    Table table{.caption = phrases(
                    "Change for each doubling of the batch size: slope of a line through "
                    "the batch sizes at which all seeds count, one for each seed, with the {:.6g} "
                    "% interval of the mean slope, or the p of a line that does not fit (F test of "
                    "lack of fit); and Page's test of a trend, in which a lost run ranks last.",
                    100 * answers.margins.confidence),
                .header = {phrases("metric"), phrases("for each doubling"), phrases("without"),
                           phrases("Page's trend test")}};
    for (const RecipeAnswers& recipe : answers.recipes) {
        for (const MetricAnswer& answer : recipe.larger_batch.front().by_metric) {
            if (std::isnan(answer.slope.mean.half_width)) {
                continue;
            }
            const std::string name = metric_name(answer.metric, phrases);
            table.rows.push_back(
                {{recipe.recipe.name.empty() ? name : recipe.recipe.name + ": " + name},
                 {slope_text(answer, answers.margins, phrases)},
                 {sizes_text(answer.slope_without)},
                 {p_text(answer.trend.p_two_sided) + without_text(answer.trend_without, phrases)}});
        }
    }
    return table;
}

/// A column of the means: a metric of `averaged_metrics` with its least decimals.
struct MeanColumn {
    const char* metric;
    std::string heading;
    int decimals;
};

/// The means of some metrics, those that any run has. Without rows where there is none.
Table means_table(const StudySummary& study, const std::string& caption,
                  const std::vector<MeanColumn>& columns, const Phrases& phrases) {
    Table table = group_table(study, caption, phrases);
    const std::size_t names = table.header.size();
    for (const MeanColumn& column : columns) {
        const auto metric = static_cast<std::size_t>(
            std::find_if(
                averaged_metrics.begin(), averaged_metrics.end(),
                [&](const Metric& other) { return std::string(other.name) == column.metric; }) -
            averaged_metrics.begin());
        if (std::none_of(study.groups.begin(), study.groups.end(),
                         [metric](const Group& group) { return group.estimates[metric].n > 0; })) {
            continue;
        }
        table.header.push_back(column.heading);
        for (std::size_t row = 0; row < study.groups.size(); ++row) {
            const Group& group = study.groups[row];
            table.rows[row].push_back({format_estimate(group.estimates[metric], column.decimals,
                                                       std::ssize(group.runs))});
        }
    }
    return table.header.size() > names ? table : Table{};
}

}  // namespace

Section trend_section(const StudyAnswers& answers, const Phrases& phrases) {
    Section section{.id = "trend", .heading = phrases("Trends with the batch size")};
    Charts charts;
    for (const RecipeAnswers& recipe : answers.recipes) {
        charts.add("accuracy", accuracy_chart(recipe, answers.margins, phrases),
                   recipe.recipe.name);
    }
    section.add(std::move(charts));
    section.add(trend_table(answers, phrases));
    return section;
}

std::optional<Chart> accuracy_chart(const RecipeAnswers& answers, const Margins& margins,
                                    const Phrases& phrases) {
    Chart chart;
    chart.share_x = true;
    std::string seeds;
    std::string drawn;
    for (const MetricAnswer& answer : answers.larger_batch.front().by_metric) {
        const auto values = seed_values(answers.recipe, [&answer](const AnalyzedRun& run) {
            return metric_at(run, Budget{}, answer.metric.column);
        });
        if (!any_finite(values)) {
            continue;
        }
        const bool is_fraction = is_in_points(answer.metric);
        chart.panels.push_back(
            seed_panel({.title = metric_name(answer.metric, phrases),
                        .axis = {},
                        .format = is_fraction ? NumberFormat::percent : NumberFormat::number},
                       values, margins.confidence, phrases));
        seeds = seed_count_text(values, phrases);
        drawn = drawn_seeds_note(values, phrases);
        chart.description += answer_sentence(answer, phrases) + ". ";
    }
    if (chart.panels.empty()) {
        return std::nullopt;
    }
    chart.title = phrases("Training and validation against the batch size");
    chart.caption = phrases(
        "End of training, {} for each batch size. Grey: one seed, joined over the batch sizes. "
        "Bars: mean with its {:.6g} % Student interval over the seeds, on this split.",
        seeds, 100 * margins.confidence);
    chart.caption += drawn;
    return chart;
}

Section means_section(const StudyAnswers& answers, const Phrases& phrases) {
    Section section{.id = "means", .heading = phrases("Means at the end of training")};
    const StudySummary& study = *answers.study;
    if (!any_run_counts(study)) {
        section.add(phrases("No run counts: nothing to average."));
        return section;
    }
    section.add(
        phrases("Mean over the seeds (n runs) ± half-width of the {:.6g} % Student "
                "interval, all metrics at the final weights.",
                100 * answers.margins.confidence));
    const std::string train = phrases("train");
    const std::string validation = phrases("validation");
    const std::string test = phrases("test");
    section.add(means_table(
        study, phrases("Loss"),
        {{"train_loss", train, 4}, {"validation_loss", validation, 4}, {"test_loss", test, 4}},
        phrases));
    section.add(means_table(study, phrases("Accuracy (fraction)"),
                            {{"train_accuracy", train, 4},
                             {"validation_accuracy", validation, 4},
                             {"test_accuracy", test, 4}},
                            phrases));
    section.add(
        means_table(study,
                    phrases("Generalization gap ({0} - train loss, train - {0} accuracy) and speed",
                            phrases(study.out_of_sample)),
                    {{"gap_loss", phrases("gap loss"), 4},
                     {"gap_accuracy", phrases("gap accuracy"), 4},
                     {"examples_per_second", phrases("examples/s"), 0},
                     {"seconds_per_step", phrases("s/step"), 0}},
                    phrases));
    if (std::any_of(study.groups.begin(), study.groups.end(),
                    [](const Group& group) { return group.aliases > 0; })) {
        section.add(
            phrases("* has runs that stand in another row, too: equal settings, trained "
                    "once."));
    }
    return section;
}

Table group_table(const StudySummary& study, const std::string& caption, const Phrases& phrases) {
    const bool any_lost =
        std::any_of(study.groups.begin(), study.groups.end(),
                    [](const Group& group) { return lost_of(group.uncounted) > 0; });
    Table table{.caption = caption,
                .header = short_axis_names(study.axis_keys),
                .name_columns = study.axis_keys.size() + (any_lost ? 3 : 2)};
    table.header.insert(table.header.begin(), phrases("batch"));
    table.header.emplace_back("n");
    if (any_lost) {
        table.header.push_back(phrases("lost"));
    }
    for (const Group& group : study.groups) {
        std::vector<Cell>& row = table.rows.emplace_back();
        row.push_back({fmt::format("{}", group.batch_size)});
        for (const std::string& key : study.axis_keys) {
            row.push_back({axis_text(group.axes.at(key))});
        }
        row.push_back({fmt::format("{}{}", group.runs.size(), group.aliases > 0 ? "*" : "")});
        if (any_lost) {
            row.push_back({fmt::format("{}", lost_of(group.uncounted))});
        }
    }
    return table;
}

}  // namespace batchscope
