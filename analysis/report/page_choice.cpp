// The sections on what to train with: the recommendation, and what another batch size would change.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "analysis/figures/number_format.hpp"
#include "analysis/report/gap_report.hpp"
#include "analysis/report/numbers.hpp"
#include "analysis/report/page_sections.hpp"
#include "analysis/report/recommendation_report.hpp"
#include "analysis/report/what_if_report.hpp"

namespace batchscope {

namespace {

PageTable candidate_table(const StudyAnswers& answers, const Phrases& phrases) {
    PageTable table{
        .caption = phrases("All that could be chosen: final validation loss with its {:.6g} % "
                           "interval, how much higher than the lowest, the p of being worse than "
                           "another by the margin, and the time of a whole run.",
                           100 * answers.margins.confidence),
        .header = {phrases("choice"), phrases("runs"), phrases("validation loss"),
                   phrases("above the lowest"), phrases("not worse"), phrases("seconds")}};
    const Recommendation& recommendation = answers.recommendation;
    for (std::size_t i = 0; i < recommendation.candidates.size(); ++i) {
        const Candidate& candidate = recommendation.candidates[i];
        const bool is_recommended = recommendation.status == RecommendationStatus::recommended &&
                                    recommendation.fastest == i;
        table.rows.push_back(
            {{(is_recommended ? "★ " : "") + candidate_name(answers, candidate, phrases)},
             {fmt::format("{}/{}", candidate.counted, candidate.tried)},
             {level_text(candidate.validation_loss, false)},
             {with_minus_signs(difference_text(candidate.above_best))},
             {std::isnan(candidate.p_not_worse) ? "–" : p_text(candidate.p_not_worse)},
             {std::isfinite(candidate.seconds) ? format_number(candidate.seconds) : "–"}});
    }
    return table;
}

PageTable what_if_table(const RecipeAnswers& answers, const Margins& margins,
                        const Phrases& phrases) {
    const WhatIf& what_if = *answers.what_if;
    PageTable table{
        .caption = (answers.recipe.name.empty() ? "" : answers.recipe.name + ". ") +
                   phrases("Change of losses from batch {}, paired by seed, ± half-width of the "
                           "{:.6g} % interval:",
                           what_if.current, 100 * margins.confidence) +
                   ' ' + phrases("Times as much as at batch {} (interval):", what_if.current),
        .header = {phrases("batch"), phrases("train loss"), phrases("validation loss"),
                   phrases("gap loss"), phrases("time per step"), phrases("time of a run"),
                   phrases("memory")}};
    for (const BatchSizeChange& change : what_if.others) {
        table.rows.push_back({{fmt::format("{}", change.batch_size)},
                              {with_minus_signs(difference_text(change.train_loss))},
                              {with_minus_signs(difference_text(change.validation_loss))},
                              {with_minus_signs(difference_text(change.gap_loss))},
                              {ratio_text(change.log_seconds_per_step)},
                              {ratio_text(change.log_seconds)},
                              {ratio_text(change.log_peak_memory)}});
    }
    return table;
}

}  // namespace

PageSection recommendation_section(const StudyAnswers& answers, const Phrases& phrases) {
    PageSection section{.id = "recommendation", .heading = phrases("What to train with")};
    if (answers.recommendation.candidates.empty()) {
        return section;
    }
    for (const std::string& line : recommendation_lines(answers, phrases)) {
        section.blocks.emplace_back(PageText{with_minus_signs(line)});
    }
    section.blocks.emplace_back(candidate_table(answers, phrases));
    return section;
}

PageSection what_if_section(const StudyAnswers& answers, const Phrases& phrases) {
    PageSection section{.id = "whatif", .heading = phrases("What another batch size would change")};
    for (const RecipeAnswers& recipe : answers.recipes) {
        if (!recipe.what_if) {
            continue;
        }
        const WhatIf& what_if = *recipe.what_if;
        section.blocks.emplace_back(
            PageText{(recipe.recipe.name.empty() ? "" : recipe.recipe.name + ". ") +
                     what_if_sentence(what_if, phrases)});
        if (!what_if.others.empty()) {
            section.blocks.emplace_back(what_if_table(recipe, answers.margins, phrases));
        }
        if (what_if.different_machines) {
            section.blocks.emplace_back(
                PageText{phrases("The runs were made on different machines: their times and memory "
                                 "cannot be compared.")});
        }
        if (!what_if.not_in_grid.empty()) {
            section.blocks.emplace_back(PageText{phrases(
                "Not in the grid: {}.", fmt::format("{}", fmt::join(what_if.not_in_grid, ", ")))});
        }
    }
    return section;
}

}  // namespace batchscope
