#include "analysis/report/choice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <vector>

#include "analysis/charts/number_format.hpp"
#include "analysis/report/wording.hpp"

namespace batchscope {

namespace {

std::string candidate_name(const StudyAnswers& answers, const Candidate& candidate,
                           const Phrases& phrases) {
    const std::string& recipe = answers.recipes[candidate.recipe].recipe.name;
    return recipe.empty() ? phrases("batch {}", candidate.batch_size)
                          : phrases("batch {} with {}", candidate.batch_size, recipe);
}

std::string why_not(RecommendationStatus status, const Phrases& phrases) {
    switch (status) {
        case RecommendationStatus::no_runs:
            return phrases("no run is finished");
        case RecommendationStatus::one_candidate:
            return phrases("there is one batch size only");
        case RecommendationStatus::no_validation_loss:
            return phrases("there is no validation loss to choose by");
        case RecommendationStatus::all_lose_runs:
            return phrases("every batch size had a run that diverged or collapsed");
        case RecommendationStatus::too_few_seeds:
            return phrases("no two batch sizes have three seeds in common");
        case RecommendationStatus::none_shown:
            return phrases(
                "no batch size is shown not to be worse than the others; more seeds are "
                "needed");
        case RecommendationStatus::seconds_unknown:
            return phrases("training times are not known");
        case RecommendationStatus::different_machines:
            return phrases(
                "the runs were made on different machines, so their times cannot be "
                "compared");
        case RecommendationStatus::recommended:
            break;
    }
    return {};
}

/// "1.8 times as fast as the one with the lowest loss, batch 16 ..."; empty where it is the best
/// itself or the ratio is not known.
std::string against_best(const StudyAnswers& answers, const Candidate& candidate,
                         const Phrases& phrases) {
    const Recommendation& recommendation = answers.recommendation;
    const double ratio = std::exp(-candidate.log_seconds.mean);
    if (!recommendation.best || std::isnan(ratio)) {
        return {};
    }
    const std::string best =
        candidate_name(answers, recommendation.candidates[*recommendation.best], phrases);
    if (ratio > 0.95 && ratio < 1.05) {  // which would be "1 times"
        return phrases("it takes {:.3g} s, about as long as the lowest loss ({})",
                       candidate.seconds, best);
    }
    return phrases("it takes {:.3g} s, {:.2g} times as fast as the lowest loss ({})",
                   candidate.seconds, ratio, best);
}

std::string optimism_text(const SelectionOptimism& optimism, const Phrases& phrases) {
    if (std::isnan(optimism.optimism)) {
        return {};
    }
    return phrases(
        "The lowest mean validation loss of {} batch sizes, {:.4f}, is flattered by the choice: "
        "the "
        "others' choice, judged on the seed left out, gives {:.4f}.",
        optimism.options, optimism.naive, optimism.leave_one_seed_out.mean);
}

std::string could_replace_text(const StudyAnswers& answers, const Phrases& phrases) {
    std::vector<std::string> names;
    for (const std::size_t index : answers.recommendation.could_replace) {
        const Candidate& candidate = answers.recommendation.candidates[index];
        names.push_back(candidate_name(answers, candidate, phrases) +
                        (candidate.seeds_to_show
                             ? phrases(" ({} seeds would show it)", *candidate.seeds_to_show)
                             : std::string{}));
    }
    return names.empty() ? std::string{}
                         : phrases("More seeds could put in its place: {}.",
                                   fmt::format("{}", fmt::join(names, "; ")));
}

std::string caution_text(Caution caution, const Phrases& phrases) {
    switch (caution) {
        case Caution::speed_not_shown:
            return phrases("it is not shown to be faster than the one with the lowest loss");
        case Caution::smallest_batch_size:
            return phrases("it is the smallest batch size that was tried");
        case Caution::largest_batch_size:
            return phrases(
                "it is the largest batch size that was tried: a larger one might be "
                "faster still");
        case Caution::best_at_smallest:
            return phrases(
                "the lowest loss is that of the smallest batch size: a smaller one might "
                "be better");
        case Caution::best_at_largest:
            return phrases(
                "the lowest loss is that of the largest batch size: a larger one might be "
                "better");
        case Caution::rate_at_edge:
            return phrases("its learning rate is the lowest or highest that was tried");
        case Caution::rate_chosen_on_itself:
            return phrases("one seed chose its own learning rate");
        case Caution::unequal_trials:
            break;
    }
    return phrases("more learning rates were tried at some batch sizes than at others");
}

Table candidate_table(const StudyAnswers& answers, const Phrases& phrases) {
    Table table{
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
             {difference_text(candidate.above_best)},
             {std::isnan(candidate.p_not_worse) ? "–" : p_text(candidate.p_not_worse)},
             {format_number(candidate.seconds)}});
    }
    return table;
}

std::string reason(const WhatIf& what_if, const Phrases& phrases) {
    const auto size_of = [&what_if](const std::optional<std::size_t>& index) {
        return index ? what_if.others[*index].batch_size : 0;
    };
    switch (what_if.reason) {
        case WhatIfReason::none_is_better_or_faster:
            return phrases("keep it: every other batch size is shown to be worse or slower");
        case WhatIfReason::nothing_shown:
            return phrases(
                "keep it: no other batch size is shown to be better, or faster and not "
                "worse");
        case WhatIfReason::better:
            return phrases("batch {} has a lower validation loss", size_of(what_if.for_loss));
        case WhatIfReason::faster:
            return phrases("batch {} is faster and not worse", size_of(what_if.for_speed));
        case WhatIfReason::better_or_faster:
            return phrases("batch {} has a lower validation loss; batch {} is faster and not worse",
                           size_of(what_if.for_loss), size_of(what_if.for_speed));
        case WhatIfReason::no_runs_in_use:
            return phrases("not known: it has no run that counts here");
        case WhatIfReason::no_other_batch_size:
            return phrases("not known: there is no other batch size");
        case WhatIfReason::too_few_seeds:
            break;
    }
    return phrases("not known: no other batch size has three seeds in common with it");
}

/// "0.53 (0.51-0.55)": times as much, with the ends of the interval; "–" where it is not known.
std::string ratio_text(const PairedComparison& log_ratio) {
    if (std::isnan(log_ratio.mean)) {
        return "–";
    }
    const auto at = [&log_ratio](double width) { return std::exp(log_ratio.mean + width); };
    return std::isnan(log_ratio.half_width)
               ? fmt::format("{:.3g}", at(0))
               : fmt::format("{:.3g} ({:.3g}-{:.3g})", at(0), at(-log_ratio.half_width),
                             at(log_ratio.half_width));
}

Table what_if_table(const RecipeAnswers& answers, const Margins& margins, const Phrases& phrases) {
    const WhatIf& what_if = *answers.what_if;
    Table table{.caption = in_recipe(
                    answers.recipe,
                    phrases("Change of losses from batch {}, paired by seed, ± half-width of the "
                            "{:.6g} % interval:",
                            what_if.current, 100 * margins.confidence) +
                        ' ' + phrases("Times as much as at batch {} (interval):", what_if.current)),
                .header = {phrases("batch"), phrases("train loss"), phrases("validation loss"),
                           phrases("gap loss"), phrases("time per step"), phrases("time of a run"),
                           phrases("memory")}};
    for (const BatchSizeChange& change : what_if.others) {
        table.rows.push_back({{fmt::format("{}", change.batch_size)},
                              {difference_text(change.train_loss)},
                              {difference_text(change.validation_loss)},
                              {difference_text(change.gap_loss)},
                              {ratio_text(change.log_seconds_per_step)},
                              {ratio_text(change.log_seconds)},
                              {ratio_text(change.log_peak_memory)}});
    }
    return table;
}

}  // namespace

Section recommendation_section(const StudyAnswers& answers, const Phrases& phrases) {
    Section section{.id = "recommendation", .heading = phrases("What to train with")};
    if (answers.recommendation.candidates.empty()) {
        return section;
    }
    section.add(recommendation_sentence(answers, phrases));
    section.add(could_replace_text(answers, phrases));
    if (answers.recommendation.status == RecommendationStatus::recommended) {
        for (const Caution caution : answers.recommendation.cautions) {
            section.add(phrases("But {}.", caution_text(caution, phrases)));
        }
        section.add(optimism_text(answers.recommendation.optimism, phrases));
    }
    section.add(candidate_table(answers, phrases));
    return section;
}

std::string recommendation_sentence(const StudyAnswers& answers, const Phrases& phrases) {
    const Recommendation& recommendation = answers.recommendation;
    if (recommendation.status != RecommendationStatus::recommended) {
        return phrases("No recommendation: {}.", why_not(recommendation.status, phrases));
    }
    const Candidate& candidate = recommendation.candidates[*recommendation.fastest];
    const std::string comparison = against_best(answers, candidate, phrases);
    const std::string sentence = phrases(
        "Recommended: {}, the fastest whose validation loss is not worse than any other's by "
        "{:.4g}",
        candidate_name(answers, candidate, phrases), answers.margins.loss);
    return comparison.empty() ? sentence + "." : fmt::format("{}; {}.", sentence, comparison);
}

Section what_if_section(const StudyAnswers& answers, const Phrases& phrases) {
    Section section{.id = "whatif", .heading = phrases("What another batch size would change")};
    for (const RecipeAnswers& recipe : answers.recipes) {
        if (!recipe.what_if) {
            continue;
        }
        const WhatIf& what_if = *recipe.what_if;
        section.add(in_recipe(recipe.recipe, what_if_sentence(what_if, phrases)));
        section.add(what_if_table(recipe, answers.margins, phrases));
        if (what_if.different_machines) {
            section.add(
                phrases("The runs were made on different machines: their times and memory "
                        "cannot be compared."));
        }
        if (!what_if.not_in_grid.empty()) {
            section.add(phrases("Not in the grid: {}.",
                                fmt::format("{}", fmt::join(what_if.not_in_grid, ", "))));
        }
    }
    return section;
}

std::string what_if_sentence(const WhatIf& what_if, const Phrases& phrases) {
    return phrases("Batch {} in use now: {}.", what_if.current, reason(what_if, phrases));
}

}  // namespace batchscope
