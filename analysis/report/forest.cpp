#include "analysis/report/forest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "analysis/charts/number_format.hpp"
#include "analysis/charts/palette.hpp"
#include "analysis/report/seed_panel.hpp"
#include "analysis/report/wording.hpp"

namespace batchscope {

namespace {

/// An axis on which the margin can still be seen: a bar far outside of it becomes an arrow, its
/// numbers stand at its row. Where all are far outside the axis holds them all.
void set_range(ChartAxis& axis, const MetricAnswer& answer) {
    constexpr double most_margins = 10;
    const double margin = answer.metric.margin;
    double low = -1.5 * margin;
    double high = 1.5 * margin;
    bool any_near = false;
    for (const SizeContrast& contrast : answer.contrasts) {
        const double mean = difference_from_reference(contrast, answer.metric);
        const double half_width = contrast.decision.simultaneous_half_width;
        const double width = std::isnan(half_width) ? 0 : half_width;
        if (std::abs(mean) + width <= most_margins * margin) {
            any_near = true;
            low = std::min(low, mean - 1.1 * width);
            high = std::max(high, mean + 1.1 * width);
        }
    }
    if (any_near) {
        axis.low = low;
        axis.high = high;
    }
}

std::string axis_title(const MetricAnswer& answer, std::int64_t reference, const Phrases& phrases) {
    if (is_in_points(answer.metric)) {
        return phrases("difference from batch {}, in points", reference);
    }
    return phrases("difference from batch {}", reference);
}

Panel metric_panel(const MetricAnswer& answer, std::int64_t reference, const Margins& margins,
                   const Phrases& phrases) {
    const ComparedMetric& metric = answer.metric;
    const bool in_points = is_in_points(metric);
    Panel panel{.title = metric_name(metric, phrases)};
    panel.x = {.title = axis_title(answer, reference, phrases),
               .format = in_points ? NumberFormat::points : NumberFormat::signed_number};
    set_range(panel.x, answer);
    panel.y = {.title = phrases("batch size"), .scale = AxisScale::categories};
    panel.y.row_notes_title = in_points
                                  ? phrases("points ({:.6g} %)", 100 * margins.confidence)
                                  : phrases("difference ({:.6g} %)", 100 * margins.confidence);
    const std::string margin_text =
        in_points ? phrases("equivalence margin ±{} points", width_text(metric.margin, metric))
                  : phrases("equivalence margin ±{}", width_text(metric.margin, metric));
    panel.layers.emplace_back(SpanLayer{.name = margin_text,
                                        .style = {.colour = middle_grey},
                                        .low = -metric.margin,
                                        .high = metric.margin,
                                        .hover = margin_text});
    panel.layers.emplace_back(
        RuleLayer{.style = {.colour = middle_grey}, .value = 0, .hover = phrases("no difference")});
    for (std::size_t row = 0; row < answer.contrasts.size(); ++row) {
        const SizeContrast& contrast = answer.contrasts[row];
        const double mean = difference_from_reference(contrast, metric);
        const double half_width = contrast.decision.simultaneous_half_width;
        const Verdict verdict = contrast.decision.verdict;
        const std::string note = with_minus_signs(interval_text(contrast, metric));
        panel.y.categories.push_back(format_number(static_cast<double>(contrast.batch_size)));
        const LostRuns& runs = contrast.decision.runs;
        panel.y.row_notes.push_back(
            fmt::format("{} {}", glyph(verdict), note) +
            (runs.lost > 0 ? ", " + phrases("{} of {} lost", runs.lost, runs.tried) : ""));
        panel.layers.emplace_back(IntervalLayer{
            .name = phrases(word_of(verdict)),
            .style = outcome_style(enumerator_named<Outcome>(word_of(verdict)).value()),
            .along = Dimension::x,
            .intervals = {{static_cast<double>(row), mean, mean - half_width, mean + half_width,
                           phrases("batch {} against {}: {}, {} (n = {})", contrast.batch_size,
                                   reference, note, reason_text(contrast.decision, phrases),
                                   contrast.decision.comparison.n)}}});
    }
    constexpr double row_height = 18;
    panel.height = row_height * static_cast<double>(answer.contrasts.size());
    return panel;
}

/// What all panels have in common stands at the first or last alone, to save height.
void name_axes_once(Chart& chart) {
    for (std::size_t i = 0; i < chart.panels.size(); ++i) {
        if (i > 0) {
            chart.panels[i].y.title.clear();
            chart.panels[i].y.row_notes_title.clear();
        }
        if (i + 1 < chart.panels.size()) {
            chart.panels[i].x.title.clear();
        }
    }
}

}  // namespace

std::optional<Chart> forest_chart(const RecipeAnswers& answers, const Margins& margins,
                                  const Phrases& phrases) {
    const LargerBatchAnswer& answer = answers.larger_batch.front();
    Chart chart;
    std::int64_t tested = 0;
    std::set<std::int64_t> seeds;
    for (const MetricAnswer& of_metric : answer.by_metric) {
        if (of_metric.contrasts.empty()) {
            continue;
        }
        chart.panels.push_back(metric_panel(of_metric, answer.reference, margins, phrases));
        chart.description += answer_sentence(of_metric, phrases) + ". ";
        for (const SizeContrast& contrast : of_metric.contrasts) {
            tested = std::max(tested, contrast.decision.tested);
            if (contrast.decision.comparison.n > 0) {
                seeds.insert(contrast.decision.comparison.n);
            }
        }
    }
    if (chart.panels.empty() || seeds.empty()) {
        return std::nullopt;
    }
    name_axes_once(chart);
    chart.title = phrases("Difference of each batch size from batch {}", answer.reference);
    const bool right_is_better = answer.by_metric.front().metric.larger_is_better;
    chart.caption = phrases(
        "End of training, {}, paired by seed; {} of 0 is better. Bars: intervals that "
        "hold all {} comparisons together at {:.6g} % (Student, Bonferroni); band: the "
        "margin within which a difference does not matter.",
        seed_count_text(*seeds.begin(), *seeds.rbegin(), phrases),
        right_is_better ? phrases("right") : phrases("left"), tested, 100 * margins.confidence);
    return chart;
}

}  // namespace batchscope
