#include "analysis/report/page_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/report/budget_report.hpp"
#include "analysis/report/charts_accuracy.hpp"
#include "analysis/report/charts_curves.hpp"
#include "analysis/report/charts_gap.hpp"
#include "analysis/report/charts_sharpness.hpp"
#include "analysis/report/charts_speed.hpp"
#include "analysis/report/gap_report.hpp"
#include "analysis/report/numbers.hpp"
#include "analysis/report/verdict_report.hpp"

namespace batchscope {

namespace {

/// The recipe's name above its table, where there are several.
std::string table_caption(const Recipe& recipe, const std::string& text) {
    return recipe.name.empty() ? text : recipe.name + ". " + text;
}

std::optional<PageTable> budget_table(const RecipeAnswers& answers, const Phrases& phrases) {
    const LargerBatchAnswer& at_end = answers.larger_batch.front();
    if (at_end.figures.front().contrasts.empty()) {
        return std::nullopt;
    }
    PageTable table{.caption = table_caption(answers.recipe, phrases("Is a larger batch better?")),
                    .header = {phrases("compared at")}};
    for (const FigureAnswer& figure : at_end.figures) {
        table.header.push_back(figure_name(figure.figure, phrases));
    }
    table.header.push_back(phrases("doubt"));
    for (std::size_t i = 0; i < answers.budgets.size(); ++i) {
        std::vector<PageCell> row{{budget_name(answers.budgets[i], phrases)}};
        for (const FigureAnswer& figure : answers.larger_batch[i].figures) {
            row.push_back({.verdict = fmt::format("{} {}", glyph(figure.answer),
                                                  answer_name(figure.answer, phrases)),
                           .kind = word_of(figure.answer)});
        }
        row.push_back({budget_doubts(answers.budgets[i], phrases)});
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::optional<PageTable> gap_table(const RecipeAnswers& answers, const Phrases& phrases) {
    const std::vector<ArmGap>& arms = answers.gaps.front().arms;
    if (std::none_of(arms.begin(), arms.end(), [](const ArmGap& arm) { return arm.loss.n > 0; })) {
        return std::nullopt;
    }
    const MatchedGap& matched = answers.matched_gap;
    PageTable table{.caption = table_caption(answers.recipe, matched_gap_text(matched, phrases)),
                    .header = {phrases("batch"), phrases("gap in loss, end"),
                               phrases("gap in accuracy, end"), phrases("matched gap"),
                               phrases("matched, from batch {}", arms.front().batch_size)}};
    for (const ArmGap& arm : arms) {
        const auto row = static_cast<std::size_t>(
            std::find(matched.batch_sizes.begin(), matched.batch_sizes.end(), arm.batch_size) -
            matched.batch_sizes.begin());
        const bool is_matched = row < matched.gap_loss.size();
        const auto difference = [](const PairedComparison& comparison) {
            return with_minus_signs(difference_text(comparison));
        };
        table.rows.push_back(
            {{fmt::format("{}", arm.batch_size)},
             {with_minus_signs(level_text(arm.loss, false)) +
              (arm.underfits ? ", " + phrases("underfits") : std::string{})},
             {with_minus_signs(level_text(arm.accuracy, true))},
             {is_matched ? with_minus_signs(level_text(matched.gap_loss[row], false)) : "–"},
             {is_matched ? difference(matched.against_smallest[row]) : "–"}});
    }
    return table;
}

PageTable trend_table(const StudyAnswers& answers, const Phrases& phrases) {
    PageTable table{
        .caption =
            phrases("Change for each doubling of the batch size: slope of a line through "
                    "the batch sizes that all seeds have, one for each seed, with the {:.6g} "
                    "% interval of the mean slope; and Page's test of a trend.",
                    100 * answers.margins.confidence),
        .header = {phrases("figure"), phrases("for each doubling"), phrases("Page's trend test")}};
    for (const RecipeAnswers& recipe : answers.recipes) {
        for (const FigureAnswer& figure : recipe.larger_batch.front().figures) {
            const PairedComparison& slope = figure.slope.mean;
            if (std::isnan(slope.half_width)) {
                continue;
            }
            const std::string change =
                with_minus_signs(fmt::format("{} ± {}", change_text(slope.mean, figure.figure),
                                             width_text(slope.half_width, figure.figure)));
            const std::string name = figure_name(figure.figure, phrases);
            table.rows.push_back(
                {{recipe.recipe.name.empty() ? name : recipe.recipe.name + ": " + name},
                 {is_in_points(figure.figure) ? phrases("{} points", change) : change},
                 {p_text(figure.trend.p_two_sided)}});
        }
    }
    return table;
}

std::string psi_text(const ConditionalKendall& kendall) {
    return std::isnan(kendall.psi) ? "–"
                                   : with_minus_signs(fmt::format("{:+.2f} ({})", kendall.psi,
                                                                  p_text(kendall.p_two_sided)));
}

PageTable association_table(const StudyAnswers& answers, const Phrases& phrases) {
    PageTable table{
        .caption = phrases(
            "Does the generalization gap rise with sharpness? Kendall's rank correlation, +1 where "
            "both always rise together: over all runs (τ), and along the batch size alone (ψ, the "
            "mean within runs that agree in seed and all else; permutation p)."),
        .header = {phrases("measure"), phrases("runs"), phrases("τ, all runs"),
                   phrases("ψ, along the batch size")}};
    for (const SharpnessAssociation& association : answers.sharpness_and_gap) {
        table.rows.push_back({{sharpness_name(association.measure, phrases)},
                              {fmt::format("{}", association.runs)},
                              {std::isnan(association.overall)
                                   ? "–"
                                   : with_minus_signs(fmt::format("{:+.2f}", association.overall))},
                              {psi_text(association.along_batch_size)}});
    }
    return table;
}

}  // namespace

PageSection budget_section(const StudyAnswers& answers, const Phrases& phrases) {
    PageSection section{.id = "budget", .heading = phrases("Does it depend on the budget?")};
    bool any_inside = false;
    for (const RecipeAnswers& recipe : answers.recipes) {
        if (auto table = budget_table(recipe, phrases)) {
            section.blocks.emplace_back(std::move(*table));
        }
        any_inside = any_inside || std::any_of(recipe.budgets.begin(), recipe.budgets.end(),
                                               [](const Budget& b) { return b.inside_schedule; });
    }
    if (section.blocks.empty()) {
        return section;
    }
    section.blocks.insert(
        section.blocks.begin(),
        PageText{phrases("A large batch takes fewer steps in an epoch, and less time. So the "
                         "answer can turn with what all runs are given alike: the same epochs, "
                         "steps, examples or seconds.")});
    if (any_inside) {
        section.blocks.emplace_back(PageText{
            phrases("Inside a schedule: some runs went on under a rate that was still to fall. "
                    "Their figures there are not those of a run with this budget.")});
    }
    return section;
}

PageSection gap_section(const StudyAnswers& answers, const Phrases& phrases) {
    PageSection section{.id = "gap", .heading = phrases("Generalization gap")};
    PageFigures figures;
    for (const RecipeAnswers& recipe : answers.recipes) {
        auto chart = gap_chart(recipe, answers.study->out_of_sample, answers.margins, phrases);
        add_figure(figures, "gap", std::move(chart), recipe.recipe.name);
        if (auto table = gap_table(recipe, phrases)) {
            section.blocks.emplace_back(std::move(*table));
        }
    }
    add_figures(section, std::move(figures));
    if (!section.blocks.empty()) {
        section.blocks.insert(
            section.blocks.begin(),
            PageText{phrases("The gap is {} loss − train loss, or train − {} accuracy, of the same "
                             "weights. A run that trained less has a smaller gap for that reason "
                             "alone; the matched gap compares runs at one train loss.",
                             phrases(answers.study->out_of_sample),
                             phrases(answers.study->out_of_sample))});
    }
    return section;
}

PageSection trend_section(const StudyAnswers& answers, const Phrases& phrases) {
    PageSection section{.id = "trend", .heading = phrases("Trends with the batch size")};
    PageFigures figures;
    for (const RecipeAnswers& recipe : answers.recipes) {
        add_figure(figures, "accuracy", accuracy_chart(recipe, answers.margins, phrases),
                   recipe.recipe.name);
    }
    add_figures(section, std::move(figures));
    if (PageTable table = trend_table(answers, phrases); !table.rows.empty()) {
        section.blocks.emplace_back(std::move(table));
    }
    return section;
}

PageSection sharpness_section(const StudyAnswers& answers, const Phrases& phrases) {
    PageSection section{.id = "sharpness", .heading = phrases("Sharpness and gradient noise")};
    PageFigures figures;
    for (std::size_t i = 0; i < Headline::count; ++i) {
        const auto measure = static_cast<Headline::Index>(i);
        add_figure(figures, sharpness_metrics[i].name, sharpness_chart(answers, measure, phrases),
                   {});
    }
    add_figures(section, std::move(figures));
    if (PageTable table = association_table(answers, phrases); !table.rows.empty()) {
        section.blocks.emplace_back(std::move(table));
    }
    return section;
}

PageSection curves_section(const StudyAnswers& answers, const Phrases& phrases) {
    PageSection section{.id = "curves", .heading = phrases("Learning curves")};
    PageFigures figures;
    for (const RecipeAnswers& recipe : answers.recipes) {
        add_figure(figures, "curves", curves_chart(recipe, *answers.study, phrases),
                   recipe.recipe.name);
    }
    add_figures(section, std::move(figures));
    return section;
}

PageSection speed_section(const StudyAnswers& answers, const Phrases& phrases) {
    PageSection section{.id = "speed", .heading = phrases("Speed")};
    PageFigures figures;
    add_figure(figures, "speed", speed_chart(answers, phrases), {});
    add_figures(section, std::move(figures));
    return section;
}

}  // namespace batchscope
