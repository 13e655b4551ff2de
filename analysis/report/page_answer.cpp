#include "analysis/report/page_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/report/charts_forest.hpp"
#include "analysis/report/gap_report.hpp"
#include "analysis/report/numbers.hpp"
#include "analysis/report/seed_panel.hpp"
#include "analysis/report/verdict_report.hpp"
#include "analysis/statistics/interval.hpp"

namespace batchscope {

namespace {

/// "92.89 ± 0.13 %", "0.2060 ± 0.0021": of the runs of an arm at the end.
std::string arm_level(const Arm& arm, const ComparedFigure& figure, double confidence) {
    std::vector<double> values;
    for (const auto& [seed, run] : arm.runs) {
        if (const double value = figure_at(*run, Budget{}, figure.column); std::isfinite(value)) {
            values.push_back(value);
        }
    }
    return level_text(estimate_mean(values, confidence), is_in_points(figure));
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

PageCell verdict_cell(const SizeContrast& contrast, const ComparedFigure& figure,
                      const Phrases& phrases) {
    return {with_minus_signs(interval_text(contrast, figure)),
            fmt::format("{} {}", glyph(contrast.decision.verdict),
                        reason_text(contrast.decision, phrases)),
            word_of(contrast.decision.verdict)};
}

std::vector<PageCell> reference_row(const RecipeAnswers& answers, const Arm& arm, double confidence,
                                    const Phrases& phrases) {
    std::vector<PageCell> cells{{phrases("{} (reference)", arm.batch_size)},
                                {fmt::format("{}", arm.runs.size())}};
    for (const FigureAnswer& figure : answers.larger_batch.front().figures) {
        cells.push_back({arm_level(arm, figure.figure, confidence)});
    }
    cells.push_back({level_text(gap_of(answers, arm.batch_size).level, false)});
    return cells;
}

std::vector<PageCell> contrast_row(const RecipeAnswers& answers, std::size_t index,
                                   const Phrases& phrases) {
    const std::vector<FigureAnswer>& figures = answers.larger_batch.front().figures;
    const SizeContrast& first = figures.front().contrasts[index];
    std::vector<PageCell> cells{{fmt::format("{}", first.batch_size)},
                                {fmt::format("{}", first.decision.comparison.n)}};
    for (const FigureAnswer& figure : figures) {
        cells.push_back(verdict_cell(figure.contrasts[index], figure.figure, phrases));
    }
    const GapCell gap = gap_of(answers, first.batch_size);
    PageCell cell{with_minus_signs(difference_text(gap.difference))};
    if (gap.underfits) {
        cell.text += ", " + phrases("underfits");
    }
    cells.push_back(std::move(cell));
    return cells;
}

std::vector<PageCell> uncounted_row(const Arm& arm, std::size_t columns, const Phrases& phrases) {
    std::vector<PageCell> cells{{fmt::format("{}", arm.batch_size)},
                                {"0"},
                                {uncounted_text(arm, phrases), "✕", "undecided"}};
    cells.resize(columns, PageCell{"–"});
    return cells;
}

std::string caption(const RecipeAnswers& answers, const StudyAnswers& study,
                    const Phrases& phrases) {
    const LargerBatchAnswer& answer = answers.larger_batch.front();
    if (answer.figures.front().contrasts.empty()) {
        return phrases("Mean ± half-width of the {:.6g} % Student interval over the seeds.",
                       100 * study.margins.confidence);
    }
    const std::string rates = chosen_rates_text(answers.recipe, phrases);
    return (rates.empty() ? rates : rates + ". ") +
           difference_caption(answer, study.margins, phrases) + ". " +
           phrases(
               "First row: the values of batch {} themselves. Gap: {} − train loss, ± its own "
               "{:.6g} % interval.",
               answer.reference, phrases(study.study->out_of_sample),
               100 * study.margins.confidence);
}

/// A column that says the same in every row with a run becomes a part of the caption.
void move_seeds_to_caption(PageTable& table, const Phrases& phrases) {
    std::set<std::string> counts;
    for (const std::vector<PageCell>& row : table.rows) {
        counts.insert(row[1].text);
    }
    counts.erase("0");
    if (counts.size() != 1) {
        return;
    }
    table.caption += ' ' + phrases("{} seeds each.", *counts.begin());
    table.header.erase(table.header.begin() + 1);
    for (std::vector<PageCell>& row : table.rows) {
        row.erase(row.begin() + 1);
    }
}

PageTable verdict_table(const RecipeAnswers& answers, const StudyAnswers& study,
                        const Phrases& phrases) {
    const LargerBatchAnswer& answer = answers.larger_batch.front();
    PageTable table{.caption = caption(answers, study, phrases),
                    .header = {phrases("batch"), phrases("seeds")}};
    for (const FigureAnswer& figure : answer.figures) {
        table.header.push_back(figure_name(figure.figure, phrases));
    }
    table.header.push_back(answers.matched_gap.status == CommonLevelStatus::found
                               ? phrases("matched gap")
                               : phrases("gap at the end"));
    const std::vector<SizeContrast>& contrasts = answer.figures.front().contrasts;
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

}  // namespace

PageAnswer page_answer(const RecipeAnswers& answers, const StudyAnswers& study,
                       const Phrases& phrases) {
    PageAnswer page{.recipe = answers.recipe.name};
    for (const FigureAnswer& figure : answers.larger_batch.front().figures) {
        page.sentences.push_back(
            {with_minus_signs(answer_sentence(figure, phrases)), word_of(figure.answer)});
    }
    for (const Arm& arm : answers.recipe.arms) {
        if (arm.runs.empty() && !arm.uncounted.empty()) {
            page.sentences.push_back(
                {fmt::format("✕ {}", no_run_counts(arm, phrases)), "undecided"});
        }
    }
    page.verdicts = verdict_table(answers, study, phrases);
    if (auto forest = forest_chart(answers, study.margins, phrases)) {
        page.forest = {"forest " + answers.recipe.name, std::move(*forest)};
    }
    return page;
}

}  // namespace batchscope
