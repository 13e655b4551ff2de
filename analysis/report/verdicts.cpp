#include "analysis/report/verdicts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "analysis/charts/number_format.hpp"
#include "analysis/questions/budget.hpp"
#include "analysis/questions/by_seed.hpp"
#include "analysis/report/forest.hpp"
#include "analysis/report/wording.hpp"

namespace batchscope {

namespace {

/// "2/5"
std::string lost_text(const Arm& arm) {
    return fmt::format("{}/{}", lost_runs(arm), tried_runs(arm));
}

/// "batch 1024: 2 of 5 runs are lost (2 diverged)"; empty where all count.
std::string losses_sentence(const Arm& arm, const Phrases& phrases) {
    const Standings uncounted = uncounted_of(arm);
    if (loses_runs(arm)) {
        return phrases("batch {}: {} of {} runs lost ({})", arm.batch_size, lost_runs(arm),
                       tried_runs(arm), standings_text(uncounted, phrases));
    }
    return arm.runs.empty() && !uncounted.empty()
               ? phrases("batch {}: no run counts ({})", arm.batch_size,
                         standings_text(uncounted, phrases))
               : std::string{};
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
        is_in_points(metric) ? phrases(", in points") : phrases(" (of a loss less is better)"),
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

/// The gap in loss of one batch size.
struct GapCell {
    Estimate level{};
    PairedComparison difference{};
    bool underfits = false;
    bool resolved = true;
};

/// Gaps are matched ones, where that of the reference is resolved; else those at the end.
bool are_matched(const MatchedGap& gaps) {
    return gaps.status == CommonLevelStatus::found && gaps.arms.front().resolved;
}

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
    const MatchedArm* matched = answers.matched_gap.arm_at(batch_size);
    if (matched != nullptr && are_matched(answers.matched_gap)) {
        const bool is_reference = matched == &answers.matched_gap.arms.front();
        cell.level = matched->gap_loss;
        cell.difference = matched->against_smallest;
        cell.resolved = is_reference ? matched->resolved : matched->difference_resolved;
    }
    return cell;
}

/// `seeds_of_row` stand in the row's own column; a metric that some of them lack has another n.
Cell verdict_cell(const SizeContrast& contrast, const ComparedMetric& metric,
                  std::int64_t seeds_of_row, const Phrases& phrases) {
    std::string text = interval_text(contrast, metric);
    if (contrast.decision.comparison.n != seeds_of_row && contrast.decision.comparison.n > 0) {
        text += ' ' + phrases("(n = {})", contrast.decision.comparison.n);
    }
    return {text,
            fmt::format("{} {}", glyph(contrast.decision.verdict),
                        reason_text(contrast.decision, phrases)),
            word_of(contrast.decision.verdict)};
}

std::vector<Cell> reference_row(const RecipeAnswers& answers, const Arm& arm, double confidence,
                                const Phrases& phrases) {
    std::vector<Cell> cells{{phrases("{} (reference)", arm.batch_size)},
                            {fmt::format("{}", arm.runs.size())},
                            {lost_text(arm)}};
    for (const MetricAnswer& answer : answers.larger_batch.front().by_metric) {
        cells.push_back({arm_level(arm, answer.metric, confidence)});
    }
    const GapCell gap = gap_of(answers, arm.batch_size);
    cells.push_back({gap.resolved ? level_text(gap.level, false) : phrases("not resolved")});
    return cells;
}

std::vector<Cell> contrast_row(const RecipeAnswers& answers, const Arm& arm, std::size_t index,
                               const Phrases& phrases) {
    const std::vector<MetricAnswer>& by_metric = answers.larger_batch.front().by_metric;
    std::int64_t seeds = 0;
    for (const MetricAnswer& answer : by_metric) {
        seeds = std::max(seeds, answer.contrasts[index].decision.comparison.n);
    }
    std::vector<Cell> cells{
        {fmt::format("{}", arm.batch_size)}, {fmt::format("{}", seeds)}, {lost_text(arm)}};
    for (const MetricAnswer& answer : by_metric) {
        cells.push_back(verdict_cell(answer.contrasts[index], answer.metric, seeds, phrases));
    }
    const GapCell gap = gap_of(answers, arm.batch_size);
    Cell cell{gap.resolved ? difference_text(gap.difference) : phrases("not resolved")};
    if (gap.underfits) {
        cell.text += ", " + phrases("underfits");
    }
    cells.push_back(std::move(cell));
    return cells;
}

std::vector<Cell> uncounted_row(const Arm& arm, std::size_t columns, const Phrases& phrases) {
    std::vector<Cell> cells{{fmt::format("{}", arm.batch_size)},
                            {"0"},
                            {lost_text(arm)},
                            {standings_text(uncounted_of(arm), phrases), "✕", "undecided"}};
    cells.resize(columns, Cell{"–"});
    return cells;
}

/// "64 ± 0.31, 256 ± 0.72": the half-widths that other examples of the split would give; empty
/// where the examples' classes are not stored.
std::string other_examples_text(const LargerBatchAnswer& answer, const Phrases& phrases) {
    std::vector<std::string> widths;
    for (const SizeContrast& contrast : answer.by_metric.back().contrasts) {
        if (contrast.by_example && !std::isnan(contrast.by_example->half_width)) {
            widths.push_back(phrases(
                "{} ± {}", contrast.batch_size,
                width_text(contrast.by_example->half_width, answer.by_metric.back().metric)));
        }
    }
    return fmt::format("{}", fmt::join(widths, ", "));
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
    text += ' ' + phrases("At most {:.3g} % of such studies have a wrong verdict among these.",
                          100 * study.margins.alpha());
    if (study.recipes.size() > 1) {
        text += ' ' + phrases("Each of the {} recipes keeps that by itself.", study.recipes.size());
    }
    if (const std::string examples = other_examples_text(answer, phrases); !examples.empty()) {
        text += ' ' + phrases(
                          "Seeds share one split; on other validation examples, too, "
                          "validation accuracy at {} points ({:.6g} % each).",
                          examples, 100 * study.margins.confidence);
    }
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
    erase_column(table, 1);
}

Table verdict_table(const RecipeAnswers& answers, const StudyAnswers& study,
                    const Phrases& phrases) {
    const LargerBatchAnswer& answer = answers.larger_batch.front();
    Table table{.caption = caption(answers, study, phrases),
                .header = {phrases("batch"), phrases("seeds"), phrases("lost")}};
    for (const MetricAnswer& of_metric : answer.by_metric) {
        table.header.push_back(metric_name(of_metric.metric, phrases));
    }
    table.header.push_back(are_matched(answers.matched_gap) ? phrases("matched gap")
                                                            : phrases("gap at the end"));
    const std::vector<SizeContrast>& contrasts = answer.by_metric.front().contrasts;
    for (const Arm& arm : answers.recipe.arms) {
        const auto contrast = std::find_if(
            contrasts.begin(), contrasts.end(),
            [&arm](const SizeContrast& other) { return other.batch_size == arm.batch_size; });
        if (contrast != contrasts.end()) {
            const auto index = static_cast<std::size_t>(contrast - contrasts.begin());
            table.rows.push_back(contrast_row(answers, arm, index, phrases));
        } else if (!arm.runs.empty()) {
            table.rows.push_back(reference_row(answers, arm, study.margins.confidence, phrases));
        } else {
            table.rows.push_back(uncounted_row(arm, table.header.size(), phrases));
        }
    }
    constexpr std::ptrdiff_t lost_column = 2;
    if (std::none_of(answers.recipe.arms.begin(), answers.recipe.arms.end(), loses_runs)) {
        erase_column(table, lost_column);
    }
    move_seeds_to_caption(table, phrases);
    return table;
}

}  // namespace

RecipeVerdicts recipe_verdicts(const RecipeAnswers& answers, const StudyAnswers& study,
                               const Phrases& phrases) {
    const Recipe& recipe = answers.recipe;
    RecipeVerdicts verdicts{.heading = recipe.name.empty() ? "" : phrases("With {}:", recipe.name)};
    const LargerBatchAnswer& answer = answers.larger_batch.front();
    if (!answer.lost_references.empty()) {
        verdicts.sentences.push_back(
            {fmt::format("✕ {}",
                         phrases("no answer for the whole grid: batch {} lost all runs, so that "
                                 "the others are compared with batch {}",
                                 fmt::format("{}", fmt::join(answer.lost_references, ", ")),
                                 answer.reference)),
             "undecided"});
    }
    for (const MetricAnswer& of_metric : answer.by_metric) {
        verdicts.sentences.push_back(
            {answer_sentence(of_metric, phrases), word_of(of_metric.answer)});
    }
    for (const Arm& arm : recipe.arms) {
        if (const std::string losses = losses_sentence(arm, phrases); !losses.empty()) {
            verdicts.sentences.push_back({fmt::format("✕ {}", losses), "undecided"});
        }
    }
    verdicts.table = verdict_table(answers, study, phrases);
    if (auto forest = forest_chart(answers, study.margins, phrases)) {
        verdicts.forest = {"forest " + recipe.name, std::move(*forest)};
    }
    return verdicts;
}

std::string chosen_rates_text(const Recipe& recipe, const Phrases& phrases) {
    std::vector<std::string> rates;
    for (const Arm& arm : recipe.arms) {
        if (std::isfinite(arm.best_rate)) {
            rates.push_back(phrases("{} at {}", format_number(arm.best_rate), arm.batch_size) +
                            (arm.best_rate_at_edge ? phrases(" (at the edge)") : ""));
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
