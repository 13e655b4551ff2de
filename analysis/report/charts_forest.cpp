#include "analysis/report/charts_forest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/figures/palette.hpp"
#include "analysis/report/budget_report.hpp"
#include "analysis/report/numbers.hpp"
#include "analysis/report/verdict_report.hpp"

namespace batchscope {

namespace {

Outcome outcome_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::better:
            return Outcome::better;
        case Verdict::worse:
            return Outcome::worse;
        case Verdict::equivalent:
            return Outcome::equivalent;
        case Verdict::undecided:
            break;
    }
    return Outcome::undecided;
}

std::string outcome_name(Verdict verdict, const Phrases& phrases) {
    switch (verdict) {
        case Verdict::better:
            return phrases("better");
        case Verdict::worse:
            return phrases("worse");
        case Verdict::equivalent:
            return phrases("equivalent");
        case Verdict::undecided:
            break;
    }
    return phrases("undecided");
}

/// An axis on which the margin can still be seen: a bar far outside of it becomes an arrow, its
/// figures stand at its row. Where all are far outside the axis holds them all.
void set_range(ChartAxis& axis, const FigureAnswer& answer) {
    constexpr double most_margins = 10;
    const double margin = answer.figure.margin;
    double low = -1.5 * margin;
    double high = 1.5 * margin;
    bool any_near = false;
    for (const SizeContrast& contrast : answer.contrasts) {
        const double mean = contrast.decision.comparison.mean;
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

std::string axis_title(const FigureAnswer& answer, std::int64_t reference, const Phrases& phrases) {
    if (is_in_points(answer.figure)) {
        return phrases("difference from batch {}, in points", reference);
    }
    return phrases("how much lower than at batch {}", reference);
}

Panel figure_panel(const FigureAnswer& answer, std::int64_t reference, const Margins& margins,
                   const Phrases& phrases) {
    const ComparedFigure& figure = answer.figure;
    const bool in_points = is_in_points(figure);
    Panel panel{.title = figure_name(figure, phrases)};
    panel.x = {.title = axis_title(answer, reference, phrases),
               .format = in_points ? NumberFormat::points : NumberFormat::signed_number};
    set_range(panel.x, answer);
    panel.y = {.title = phrases("batch size"), .scale = AxisScale::categories};
    panel.y.row_notes_title = in_points
                                  ? phrases("points ({:.6g} %)", 100 * margins.confidence)
                                  : phrases("difference ({:.6g} %)", 100 * margins.confidence);
    const std::string margin_text =
        in_points ? phrases("equivalence margin ±{} points", width_text(figure.margin, figure))
                  : phrases("equivalence margin ±{}", width_text(figure.margin, figure));
    panel.layers.emplace_back(SpanLayer{.name = margin_text,
                                        .style = {.colour = middle_grey},
                                        .low = -figure.margin,
                                        .high = figure.margin,
                                        .hover = margin_text});
    panel.layers.emplace_back(
        RuleLayer{.style = {.colour = middle_grey}, .value = 0, .hover = phrases("no difference")});
    for (std::size_t row = 0; row < answer.contrasts.size(); ++row) {
        const SizeContrast& contrast = answer.contrasts[row];
        const double mean = contrast.decision.comparison.mean;
        const double half_width = contrast.decision.simultaneous_half_width;
        const Verdict verdict = contrast.decision.verdict;
        const std::string note = with_minus_signs(interval_text(contrast, figure));
        panel.y.categories.push_back(format_number(static_cast<double>(contrast.batch_size)));
        panel.y.row_notes.push_back(fmt::format("{} {}", glyph(verdict), note));
        panel.layers.emplace_back(IntervalLayer{
            .name = outcome_name(verdict, phrases),
            .style = outcome_style(outcome_of(verdict)),
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

std::string seeds_text(const LargerBatchAnswer& answer, const Phrases& phrases) {
    std::set<std::int64_t> counts;
    for (const FigureAnswer& figure : answer.figures) {
        for (const SizeContrast& contrast : figure.contrasts) {
            counts.insert(contrast.decision.comparison.n);
        }
    }
    return counts.size() == 1 ? phrases("n = {} seeds", *counts.begin())
                              : phrases("n = {} to {} seeds", *counts.begin(), *counts.rbegin());
}

}  // namespace

std::optional<Chart> forest_chart(const RecipeAnswers& answers, const Margins& margins,
                                  const Phrases& phrases) {
    const LargerBatchAnswer& answer = answers.larger_batch.front();
    Chart chart;
    std::int64_t tested = 0;
    for (const FigureAnswer& figure : answer.figures) {
        if (figure.contrasts.empty()) {
            continue;
        }
        chart.panels.push_back(figure_panel(figure, answer.reference, margins, phrases));
        chart.description += answer_sentence(figure, phrases) + ". ";
        for (const SizeContrast& contrast : figure.contrasts) {
            tested = std::max(tested, contrast.decision.tested);
        }
    }
    if (chart.panels.empty()) {
        return std::nullopt;
    }
    name_axes_once(chart);
    chart.title = phrases("Difference of each batch size from batch {}", answer.reference);
    chart.caption = phrases(
        "End of training, {}, paired by seed; right of 0 is better. Bars: intervals that "
        "hold all {} comparisons together at {:.6g} % (Student, Bonferroni); band: the "
        "margin within which a difference does not matter.",
        seeds_text(answer, phrases), tested, 100 * margins.confidence);
    return chart;
}

}  // namespace batchscope
