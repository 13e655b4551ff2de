// The section on the claims of practice, decided on each recipe.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/report/charts_noise.hpp"
#include "analysis/report/claim_report.hpp"
#include "analysis/report/numbers.hpp"
#include "analysis/report/page_sections.hpp"

namespace batchscope {

namespace {

/// Supported in blue, contradicted in orange, like better and worse.
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
    PageTable table{
        .caption = answers.recipe.name,
        .header = {phrases("claim"), phrases("outcome"), phrases("why"), phrases("number")},
        .is_text = true};
    for (std::size_t i = 0; i < answers.claims.size(); ++i) {
        const ClaimDecision& decision = answers.claims[i];
        const bool has_number =
            decision.outcome != ClaimOutcome::not_tested && !decision.numbers.empty();
        table.rows.push_back(
            {{fmt::format("{} {}", claims[i].id, claim_text(claims[i], phrases))},
             {.verdict = fmt::format("{} {}", glyph(decision.outcome),
                                     outcome_text(decision.outcome, phrases)),
              .kind = kind_of(decision.outcome)},
             {because_text(decision.because, phrases)},
             {has_number ? with_minus_signs(claim_number_text(decision.numbers.front(), phrases))
                         : std::string("–")}});
    }
    return table;
}

PageTable quadrant_table(const RecipeAnswers& answers, const Phrases& phrases) {
    PageTable table{.caption = (answers.recipe.name.empty() ? "" : answers.recipe.name + ". ") +
                               phrases("Losses over the last third of training:"),
                    .header = {phrases("batch"), phrases("train loss"), phrases("validation loss"),
                               phrases("training"), phrases("train loss, start to end"),
                               phrases("s per batch")}};
    for (const TrainingQuadrant& quadrant : answers.quadrants) {
        table.rows.push_back({{fmt::format("{}", quadrant.batch_size)},
                              {trend_text(quadrant.train, phrases)},
                              {trend_text(quadrant.validation, phrases)},
                              {.verdict = state_text(quadrant.state, phrases)},
                              {with_minus_signs(start_to_end_text(quadrant))},
                              {seconds_per_batch_text(quadrant)}});
    }
    return table;
}

bool is_for_this_recipe(const ClaimDecision& decision) {
    return decision.for_this_recipe && decision.outcome != ClaimOutcome::not_tested;
}

}  // namespace

PageSection claims_section(const StudyAnswers& answers, const Phrases& phrases) {
    PageSection section{.id = "claims", .heading = phrases("What people say of batch sizes")};
    bool any_for_this_recipe = false;
    for (const RecipeAnswers& recipe : answers.recipes) {
        if (!recipe.claims.empty()) {
            section.blocks.emplace_back(claim_table(recipe, answers.claims, phrases));
        }
        any_for_this_recipe =
            any_for_this_recipe ||
            std::any_of(recipe.claims.begin(), recipe.claims.end(), is_for_this_recipe);
    }
    if (any_for_this_recipe) {
        section.blocks.emplace_back(
            PageText{phrases("These answers are for this recipe: with a learning rate tuned at "
                             "each batch size they may differ.")});
    }
    PageFigures figures;
    for (const RecipeAnswers& recipe : answers.recipes) {
        if (!recipe.quadrants.empty()) {
            section.blocks.emplace_back(quadrant_table(recipe, phrases));
        }
        add_figure(figures, "gradient-noise", gradient_noise_chart(recipe.recipe, phrases),
                   recipe.recipe.name);
    }
    add_figures(section, std::move(figures));
    return section;
}

}  // namespace batchscope
