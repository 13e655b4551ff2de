#include "analysis/report/verdicts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "analysis/charts/palette.hpp"
#include "analysis/questions/budget.hpp"
#include "analysis/questions/by_seed.hpp"
#include "analysis/report/seed_panel.hpp"
#include "analysis/report/wording.hpp"

namespace batchscope {

namespace {

std::string uncounted_text(const Arm& arm, const Phrases& phrases) {
    std::vector<std::string> reasons;
    for (const auto& [standing, runs] : arm.uncounted) {
        reasons.push_back(phrases("{} {}", runs, phrases(to_string(standing))));
    }
    return fmt::format("{}", fmt::join(reasons, ", "));
}

bool is_scaled(const Recipe& recipe) {
    const std::vector<const AnalyzedRun*> runs = runs_of(recipe);
    return std::any_of(runs.begin(), runs.end(),
                       [](const AnalyzedRun* run) { return run->learning_rate_scaling != "none"; });
}

std::string difference_caption(const LargerBatchAnswer& answer, const Margins& margins,
                               const Phrases& phrases) {
    const ComparedMetric& metric = answer.by_metric.front().metric;
    return phrases(
        "Difference from batch {}, paired by seed, ± the half-width of intervals that hold all "
        "together at {:.6g} %{}; equivalent: within ±{}",
        answer.reference, 100 * margins.confidence,
        is_in_points(metric) ? phrases(", in points") : std::string{},
        width_text(metric.margin, metric));
}

bool is_undecided(const SizeContrast& contrast) {
    return contrast.decision.verdict == Verdict::undecided;
}

bool any_undecided(const LargerBatchAnswer& answer) {
    return std::any_of(answer.by_metric.begin(), answer.by_metric.end(),
                       [](const MetricAnswer& of_metric) {
                           return std::any_of(of_metric.contrasts.begin(),
                                              of_metric.contrasts.end(), is_undecided);
                       });
}

/// "92.89 ± 0.13 %", "0.2060 ± 0.0021": of the runs of an arm at the end.
std::string arm_level(const Arm& arm, const ComparedMetric& metric, double confidence) {
    const BySeed values = by_seed(
        arm, [&metric](const AnalyzedRun& run) { return metric_at(run, Budget{}, metric.column); });
    return level_text(estimate_of(values, confidence), is_in_points(metric));
}

/// The gap in loss of one batch size; the matched one where there is one.
struct GapCell {
    Estimate level{};
    PairedComparison difference{};
    bool underfits = false;
};

GapCell gap_of(const RecipeAnswers& answers, std::int64_t batch_size) {
    GapCell cell;
    const std::vector<ArmGap>& at_end = answers.gaps.front().arms;
    const auto arm = std::find_if(at_end.begin(), at_end.end(), [batch_size](const ArmGap& gap) {
        return gap.batch_size == batch_size;
    });
    if (arm == at_end.end()) {
        return cell;
    }
    cell = {arm->loss, arm->loss_against_reference, arm->underfits};
    if (const MatchedGap& matched = answers.matched_gap;
        matched.status == CommonLevelStatus::found) {
        const auto found =
            std::find(matched.batch_sizes.begin(), matched.batch_sizes.end(), batch_size);
        if (found != matched.batch_sizes.end()) {
            const auto row = static_cast<std::size_t>(found - matched.batch_sizes.begin());
            cell.level = matched.gap_loss[row];
            cell.difference = matched.against_smallest[row];
        }
    }
    return cell;
}

Cell verdict_cell(const SizeContrast& contrast, const ComparedMetric& metric,
                  const Phrases& phrases) {
    return {interval_text(contrast, metric),
            fmt::format("{} {}", glyph(contrast.decision.verdict),
                        reason_text(contrast.decision, phrases)),
            word_of(contrast.decision.verdict)};
}

std::vector<Cell> reference_row(const RecipeAnswers& answers, const Arm& arm, double confidence,
                                const Phrases& phrases) {
    std::vector<Cell> cells{{phrases("{} (reference)", arm.batch_size)},
                            {fmt::format("{}", arm.runs.size())}};
    for (const MetricAnswer& answer : answers.larger_batch.front().by_metric) {
        cells.push_back({arm_level(arm, answer.metric, confidence)});
    }
    cells.push_back({level_text(gap_of(answers, arm.batch_size).level, false)});
    return cells;
}

std::vector<Cell> contrast_row(const RecipeAnswers& answers, std::size_t index,
                               const Phrases& phrases) {
    const std::vector<MetricAnswer>& by_metric = answers.larger_batch.front().by_metric;
    const SizeContrast& first = by_metric.front().contrasts[index];
    std::vector<Cell> cells{{fmt::format("{}", first.batch_size)},
                            {fmt::format("{}", first.decision.comparison.n)}};
    for (const MetricAnswer& answer : by_metric) {
        cells.push_back(verdict_cell(answer.contrasts[index], answer.metric, phrases));
    }
    const GapCell gap = gap_of(answers, first.batch_size);
    Cell cell{difference_text(gap.difference)};
    if (gap.underfits) {
        cell.text += ", " + phrases("underfits");
    }
    cells.push_back(std::move(cell));
    return cells;
}

std::vector<Cell> uncounted_row(const Arm& arm, std::size_t columns, const Phrases& phrases) {
    std::vector<Cell> cells{{fmt::format("{}", arm.batch_size)},
                            {"0"},
                            {uncounted_text(arm, phrases), "✕", "undecided"}};
    cells.resize(columns, Cell{"–"});
    return cells;
}

std::string caption(const RecipeAnswers& answers, const StudyAnswers& study,
                    const Phrases& phrases) {
    const LargerBatchAnswer& answer = answers.larger_batch.front();
    if (answer.by_metric.front().contrasts.empty()) {
        return phrases("Mean ± half-width of the {:.6g} % Student interval over the seeds.",
                       100 * study.margins.confidence);
    }
    const std::string rates = chosen_rates_text(answers.recipe, phrases);
    std::string text =
        (rates.empty() ? rates : rates + ". ") +
        difference_caption(answer, study.margins, phrases) + ". " +
        phrases(
            "First row: the values of batch {} themselves. Gap: {} − train loss, ± "
            "its own {:.6g} % interval.",
            answer.reference, phrases(study.study->out_of_sample), 100 * study.margins.confidence);
    if (any_undecided(answer)) {
        text += ' ' + phrases(
                          "Seeds needed: to see a true difference as large as the margin, and to "
                          "show that there is none, each with probability 0.8.");
    }
    return text;
}

/// A column that says the same in every row with a run becomes a part of the caption.
void move_seeds_to_caption(Table& table, const Phrases& phrases) {
    std::set<std::string> counts;
    for (const std::vector<Cell>& row : table.rows) {
        counts.insert(row[1].text);
    }
    counts.erase("0");
    if (counts.size() != 1) {
        return;
    }
    table.caption += ' ' + phrases("{} seeds each.", *counts.begin());
    table.header.erase(table.header.begin() + 1);
    for (std::vector<Cell>& row : table.rows) {
        row.erase(row.begin() + 1);
    }
}

Table verdict_table(const RecipeAnswers& answers, const StudyAnswers& study,
                    const Phrases& phrases) {
    const LargerBatchAnswer& answer = answers.larger_batch.front();
    Table table{.caption = caption(answers, study, phrases),
                .header = {phrases("batch"), phrases("seeds")}};
    for (const MetricAnswer& of_metric : answer.by_metric) {
        table.header.push_back(metric_name(of_metric.metric, phrases));
    }
    table.header.push_back(answers.matched_gap.status == CommonLevelStatus::found
                               ? phrases("matched gap")
                               : phrases("gap at the end"));
    const std::vector<SizeContrast>& contrasts = answer.by_metric.front().contrasts;
    for (const Arm& arm : answers.recipe.arms) {
        const auto contrast = std::find_if(
            contrasts.begin(), contrasts.end(),
            [&arm](const SizeContrast& other) { return other.batch_size == arm.batch_size; });
        if (contrast != contrasts.end()) {
            const auto index = static_cast<std::size_t>(contrast - contrasts.begin());
            table.rows.push_back(contrast_row(answers, index, phrases));
        } else if (!arm.runs.empty()) {
            table.rows.push_back(reference_row(answers, arm, study.margins.confidence, phrases));
        } else {
            table.rows.push_back(uncounted_row(arm, table.header.size(), phrases));
        }
    }
    move_seeds_to_caption(table, phrases);
    return table;
}

/// An axis on which the margin can still be seen: a bar far outside of it becomes an arrow, its
/// numbers stand at its row. Where all are far outside the axis holds them all.
void set_range(ChartAxis& axis, const MetricAnswer& answer) {
    constexpr double most_margins = 10;
    const double margin = answer.metric.margin;
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

std::string axis_title(const MetricAnswer& answer, std::int64_t reference, const Phrases& phrases) {
    if (is_in_points(answer.metric)) {
        return phrases("difference from batch {}, in points", reference);
    }
    return phrases("how much lower than at batch {}", reference);
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
        const double mean = contrast.decision.comparison.mean;
        const double half_width = contrast.decision.simultaneous_half_width;
        const Verdict verdict = contrast.decision.verdict;
        const std::string note = with_minus_signs(interval_text(contrast, metric));
        panel.y.categories.push_back(format_number(static_cast<double>(contrast.batch_size)));
        panel.y.row_notes.push_back(fmt::format("{} {}", glyph(verdict), note));
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

RecipeVerdicts recipe_verdicts(const RecipeAnswers& answers, const StudyAnswers& study,
                               const Phrases& phrases) {
    const Recipe& recipe = answers.recipe;
    RecipeVerdicts verdicts{.heading = recipe.name.empty() ? "" : phrases("With {}:", recipe.name)};
    for (const MetricAnswer& answer : answers.larger_batch.front().by_metric) {
        verdicts.sentences.push_back({answer_sentence(answer, phrases), word_of(answer.answer)});
    }
    for (const Arm& arm : recipe.arms) {
        if (arm.runs.empty() && !arm.uncounted.empty()) {
            verdicts.sentences.push_back(
                {fmt::format("✕ {}", phrases("batch {}: no run counts ({})", arm.batch_size,
                                             uncounted_text(arm, phrases))),
                 "undecided"});
        }
    }
    verdicts.table = verdict_table(answers, study, phrases);
    if (auto forest = forest_chart(answers, study.margins, phrases)) {
        verdicts.forest = {"forest " + recipe.name, std::move(*forest)};
    }
    return verdicts;
}

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
            seeds.insert(contrast.decision.comparison.n);
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
        seed_count_text(*seeds.begin(), *seeds.rbegin(), phrases), tested,
        100 * margins.confidence);
    return chart;
}

std::string chosen_rates_text(const Recipe& recipe, const Phrases& phrases) {
    std::vector<std::string> rates;
    for (const Arm& arm : recipe.arms) {
        if (std::isfinite(arm.best_rate)) {
            rates.push_back(phrases("{} at {}", format_number(arm.best_rate), arm.batch_size));
        }
    }
    if (rates.empty()) {
        return {};
    }
    const std::string text = phrases(
        "Each batch size at the best of the learning rates tried there: {} (for each seed the one "
        "with the lowest validation loss of the other seeds)",
        fmt::format("{}", fmt::join(rates, ", ")));
    return is_scaled(recipe) ? text + phrases("; rates as configured, before scaling") : text;
}

}  // namespace batchscope
