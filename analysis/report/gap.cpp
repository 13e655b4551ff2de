#include "analysis/report/gap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "analysis/charts/number_format.hpp"
#include "analysis/report/seed_panel.hpp"
#include "analysis/report/wording.hpp"

namespace batchscope {

namespace {

bool any_unresolved(const MatchedGap& gap) {
    return std::any_of(gap.arms.begin(), gap.arms.end(), [&gap](const MatchedArm& arm) {
        return !arm.resolved || (&arm != &gap.arms.front() && !arm.difference_resolved);
    });
}

std::string matched_gap_text(const MatchedGap& gap, const Phrases& phrases) {
    switch (gap.status) {
        case CommonLevelStatus::found: {
            std::string text = phrases(
                "Matched: where each run first comes down to train loss {:.4g}, the deepest that "
                "all reach (batch {} sets it); ± with the error of reading between rows.",
                gap.train_loss, gap.limited_by);
            if (gap.inside_schedule) {
                text += ' ' + phrases(
                                  "Inside a schedule: some runs are at their end there, with a "
                                  "learning rate that has ended, others in the middle.");
            }
            if (any_unresolved(gap)) {
                text += ' ' + phrases(
                                  "Not resolved: the rows are too far apart to read it; train "
                                  "with evaluate.at: log, or a smaller evaluate.factor.");
            }
            return text;
        }
        case CommonLevelStatus::runs_do_not_overlap:
            return phrases(
                "No matched gap: a run of batch {} begins below the lowest train loss of another.",
                gap.limited_by);
        case CommonLevelStatus::run_without_rows:
            return phrases("No matched gap: a run of batch {} has no train loss.", gap.limited_by);
        case CommonLevelStatus::no_runs:
            break;
    }
    return phrases("No matched gap: no run counts.");
}

/// Of the batch sizes at which it is resolved.
std::vector<SeedValues> matched_gaps(const MatchedGap& gap) {
    std::vector<SeedValues> values;
    for (const MatchedArm& arm : gap.arms) {
        if (!arm.resolved) {
            continue;
        }
        SeedValues& of_arm = values.emplace_back();
        of_arm.batch_size = arm.batch_size;
        for (const auto& [seed, read] : arm.by_seed) {
            of_arm.by_seed[seed] = read.value;
        }
    }
    return values;
}

/// "0.0123 ± 0.0004", with what there is to say of how it was read.
std::string level_cell(const MatchedArm& arm, const Phrases& phrases) {
    std::string text = arm.resolved ? level_text(arm.gap_loss, false) : phrases("not resolved");
    if (arm.resolved && arm.gap_loss.n == 1) {
        text += fmt::format(" ± {:.2g}", arm.error);
    }
    return arm.passed_again == 0 ? text
                                 : text + phrases(", passed again by {} run(s)", arm.passed_again);
}

Table gap_table(const RecipeAnswers& answers, const Margins& margins, const Phrases& phrases) {
    const std::vector<ArmGap>& arms = answers.gaps.front().arms;
    if (std::none_of(arms.begin(), arms.end(), [](const ArmGap& arm) { return arm.loss.n > 0; })) {
        return {};
    }
    const MatchedGap& matched = answers.matched_gap;
    const std::string measure =
        phrases("Mean ± half-width of the {:.6g} % Student interval over the seeds.",
                100 * margins.confidence);
    Table table{
        .caption = in_recipe(answers.recipe, measure + ' ' + matched_gap_text(matched, phrases)),
        .header = {phrases("batch"), phrases("gap in loss, end"), phrases("gap in accuracy, end"),
                   phrases("matched gap"),
                   phrases("matched, from batch {}", arms.front().batch_size)}};
    for (const ArmGap& arm : arms) {
        const MatchedArm* read = matched.arm_at(arm.batch_size);
        const bool is_reference = read != nullptr && read == &matched.arms.front();
        table.rows.push_back({{fmt::format("{}", arm.batch_size)},
                              {level_text(arm.loss, false) +
                               (arm.underfits ? ", " + phrases("underfits") : std::string{})},
                              {level_text(arm.accuracy, true)},
                              {read == nullptr ? "–" : level_cell(*read, phrases)},
                              {read == nullptr || is_reference ? "–"
                               : read->difference_resolved ? difference_text(read->against_smallest)
                                                           : phrases("not resolved")}});
    }
    return table;
}

}  // namespace

Section gap_section(const StudyAnswers& answers, const Phrases& phrases) {
    Section section{.id = "gap", .heading = phrases("Generalization gap")};
    const std::string split = phrases(answers.study->out_of_sample);
    Charts charts;
    bool any_underfits = false;
    for (const RecipeAnswers& recipe : answers.recipes) {
        const std::vector<ArmGap>& arms = recipe.gaps.front().arms;
        any_underfits =
            any_underfits ||
            std::any_of(arms.begin(), arms.end(), [](const ArmGap& arm) { return arm.underfits; });
        section.add(gap_table(recipe, answers.margins, phrases));
        charts.add("gap", gap_chart(recipe, answers.study->out_of_sample, answers.margins, phrases),
                   recipe.recipe.name);
    }
    if (any_underfits) {
        section.add(
            phrases("Underfits: worse in training and out of sample; a smaller gap there is "
                    "less training, not better generalization."));
    }
    section.add(std::move(charts));
    if (!section.blocks.empty()) {
        section.blocks.insert(
            section.blocks.begin(),
            Paragraph{
                phrases("The gap is {} loss − train loss, or train − {} accuracy, of the same "
                        "weights. A run that trained less has a smaller gap for that reason "
                        "alone; the matched gap compares runs at one train loss.",
                        split, split)});
    }
    return section;
}

std::optional<Chart> gap_chart(const RecipeAnswers& answers, const std::string& out_of_sample,
                               const Margins& margins, const Phrases& phrases) {
    Chart chart;
    chart.share_x = true;
    const std::string axis = phrases("{} − train loss", phrases(out_of_sample));
    const auto at_end =
        seed_values(answers.recipe, [](const AnalyzedRun& run) { return run.metrics.gap_loss; });
    if (!any_finite(at_end)) {
        return std::nullopt;
    }
    chart.panels.push_back(seed_panel({.title = phrases("gap at the end"), .axis = axis}, at_end,
                                      margins.confidence, phrases));
    if (const auto matched = matched_gaps(answers.matched_gap); any_finite(matched)) {
        chart.panels.push_back(
            seed_panel({.title = phrases("matched gap, at train loss {}",
                                         format_number(answers.matched_gap.train_loss)),
                        .axis = axis},
                       matched, margins.confidence, phrases));
    }
    chart.title = phrases("Generalization gap against the batch size");
    chart.description = matched_gap_text(answers.matched_gap, phrases);
    chart.caption = phrases(
        "{} for each batch size. Grey: one seed, joined over the batch sizes. Bars: mean with its "
        "{:.6g} % Student interval over the seeds. {}",
        seed_count_text(at_end, phrases), 100 * margins.confidence,
        matched_gap_text(answers.matched_gap, phrases));
    chart.caption += drawn_seeds_note(at_end, phrases);
    return chart;
}

}  // namespace batchscope
