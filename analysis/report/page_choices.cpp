#include <fmt/format.h>

#include <cmath>

#include "analysis/report/charts_targets.hpp"
#include "analysis/report/claim_report.hpp"
#include "analysis/report/numbers.hpp"
#include "analysis/report/page_sections.hpp"
#include "analysis/report/recommendation_report.hpp"
#include "analysis/report/target_report.hpp"
#include "analysis/report/what_if_report.hpp"

namespace batchscope {

namespace {

std::string with_recipe(const Recipe& recipe, const std::string& text) {
    return recipe.name.empty() ? text : recipe.name + ". " + text;
}

const char* kind_of(ClaimOutcome outcome) {
    switch (outcome) {
        case ClaimOutcome::supported:
            return "better";
        case ClaimOutcome::contradicted:
            return "worse";
        case ClaimOutcome::undecided:
        case ClaimOutcome::not_tested:
            break;
    }
    return "undecided";
}

PageTable claim_table(const RecipeAnswers& answers, const std::vector<Claim>& claims,
                      const Phrases& phrases) {
    PageTable table{.caption = with_recipe(answers.recipe, phrases("What practice says:")),
                    .header = {"", phrases("claim"), phrases("outcome"), phrases("why"),
                               phrases("first number")}};
    for (std::size_t i = 0; i < answers.claims.size(); ++i) {
        const ClaimDecision& decision = answers.claims[i];
        table.rows.push_back(
            {{claims[i].id},
             {claim_text(claims[i], phrases)},
             {.verdict = fmt::format("{} {}", glyph(decision.outcome),
                                     outcome_text(decision.outcome, phrases)),
              .kind = kind_of(decision.outcome)},
             {because_text(decision.because, phrases)},
             {decision.numbers.empty() || decision.outcome == ClaimOutcome::not_tested
                  ? "–"
                  : with_minus_signs(claim_number_text(decision.numbers.front(), phrases))}});
    }
    return table;
}

PageTable state_table(const RecipeAnswers& answers, const Phrases& phrases) {
    PageTable table{
        .caption = with_recipe(answers.recipe, phrases("Losses over the last third of training:")),
        .header = {phrases("batch"), phrases("train loss"), phrases("validation loss"),
                   phrases("training"), phrases("train loss, start to end"),
                   phrases("s per batch")}};
    for (const TrainingQuadrant& quadrant : answers.quadrants) {
        table.rows.push_back({{fmt::format("{}", quadrant.batch_size)},
                              {trend_text(quadrant.train, phrases)},
                              {trend_text(quadrant.validation, phrases)},
                              {state_text(quadrant.state, phrases)},
                              {with_minus_signs(start_to_end_text(quadrant))},
                              {seconds_text(quadrant.seconds_per_batch)}});
    }
    return table;
}

PageTable what_if_table(const RecipeAnswers& answers, const Phrases& phrases) {
    PageTable table{
        .caption = with_recipe(answers.recipe, what_if_sentence(*answers.what_if, phrases)),
        .header = {phrases("batch"), phrases("train loss"), phrases("validation loss"),
                   phrases("gap loss"), phrases("time per step"), phrases("time of a run"),
                   phrases("memory")}};
    for (const BatchSizeChange& change : answers.what_if->others) {
        table.rows.push_back({{fmt::format("{}", change.batch_size)},
                              {with_minus_signs(loss_change_text(change.train_loss))},
                              {with_minus_signs(loss_change_text(change.validation_loss))},
                              {with_minus_signs(loss_change_text(change.gap_loss))},
                              {ratio_text(change.log_seconds_per_step)},
                              {ratio_text(change.log_seconds)},
                              {ratio_text(change.log_peak_memory)}});
    }
    return table;
}

PageTable times_table(const RecipeAnswers& answers, std::size_t target, const Phrases& phrases) {
    const TimeToTarget& times = answers.to_targets[target];
    PageTable table{
        .caption = with_recipe(answers.recipe, phrases("Time to {}, median over seeds:",
                                                       target_name(times.target, phrases))),
        .header = {phrases("batch"), phrases("reached"), phrases("steps"), phrases("examples"),
                   phrases("seconds")}};
    for (const TimesToTarget& arm : times.batch_sizes) {
        std::vector<PageCell> row{{fmt::format("{}", arm.batch_size)},
                                  {fmt::format("{}/{}", arm.reached, arm.tried)}};
        for (const auto clock : {ClockIndex::steps, ClockIndex::examples, ClockIndex::seconds}) {
            const double median = arm.typical[clock].median;
            row.push_back({std::isfinite(median) ? fmt::format("{:.4g}", median) : "–"});
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

}  // namespace

PageSection recommendation_section(const StudyAnswers& answers, const Phrases& phrases) {
    PageSection section{.id = "recommendation", .heading = phrases("Recommendation")};
    section.blocks.emplace_back(PageText{recommendation_sentence(answers, phrases)});
    PageList list;
    for (const std::string& line : recommendation_doubts(answers, phrases)) {
        list.items.push_back(line);
    }
    if (!list.items.empty()) {
        section.blocks.emplace_back(std::move(list));
    }
    for (const RecipeAnswers& recipe : answers.recipes) {
        if (recipe.what_if && !recipe.what_if->others.empty()) {
            section.blocks.emplace_back(what_if_table(recipe, phrases));
        }
    }
    return section;
}

PageSection claim_section(const StudyAnswers& answers, const Phrases& phrases) {
    PageSection section{.id = "claims", .heading = phrases("Claims about batch size")};
    for (const RecipeAnswers& recipe : answers.recipes) {
        if (!recipe.claims.empty()) {
            section.blocks.emplace_back(claim_table(recipe, answers.claims, phrases));
        }
        if (!recipe.quadrants.empty()) {
            section.blocks.emplace_back(state_table(recipe, phrases));
        }
    }
    return section;
}

PageSection target_section(const StudyAnswers& answers, const Phrases& phrases) {
    PageSection section{.id = "targets", .heading = phrases("Time to a target, critical batch")};
    for (const RecipeAnswers& recipe : answers.recipes) {
        PageFigures figures;
        for (std::size_t i = 0; i < recipe.to_targets.size(); ++i) {
            section.blocks.emplace_back(times_table(recipe, i, phrases));
            const ObservedCriticalBatch& critical = recipe.critical_batches[i];
            if (auto chart = steps_chart(critical, answers.margins, phrases)) {
                figures.figures.push_back(
                    {fmt::format("steps {} {}", i + 1, recipe.recipe.name), std::move(*chart)});
            } else {
                section.blocks.emplace_back(PageText{critical_batch_text(critical, phrases)});
            }
        }
        if (!figures.figures.empty()) {
            section.blocks.emplace_back(std::move(figures));
        }
        if (const std::string text = noise_scale_text(recipe, phrases); !text.empty()) {
            section.blocks.emplace_back(PageText{text});
        }
    }
    return section;
}

}  // namespace batchscope
