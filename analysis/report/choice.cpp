#include "analysis/report/choice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
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
            return phrases("there is no validation metric to choose by");
        case RecommendationStatus::all_lose_runs:
            return phrases("every batch size loses runs");
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

/// "validation loss" or "validation accuracy".
std::string metric_word(DecideBy metric, const Phrases& phrases) {
    return metric == DecideBy::loss ? phrases("validation loss") : phrases("validation accuracy");
}

/// An amount of the metric: in points of a hundred, or as it is.
std::string amount_text(double amount, DecideBy metric, const Phrases& phrases) {
    return metric == DecideBy::loss ? fmt::format("{:.4g}", amount)
                                    : phrases("{:.3g} points", 100 * amount);
}

/// "0.712 ± 0.181 points"
std::string interval_of_amount(const PairedComparison& amount, DecideBy metric,
                               const Phrases& phrases) {
    const double scale = metric == DecideBy::loss ? 1 : 100;
    const std::string numbers =
        fmt::format("{:.3g} ± {:.2g}", scale * amount.mean, scale * amount.half_width);
    return metric == DecideBy::loss ? numbers : phrases("{} points", numbers);
}

/// "1.8 times as fast (1.7 to 1.9) as the best, batch 16 ..."; empty where it is the best itself or
/// the ratio is not known.
std::string against_best(const StudyAnswers& answers, const Candidate& candidate,
                         const Phrases& phrases) {
    const Recommendation& recommendation = answers.recommendation;
    const double ratio = std::exp(-candidate.log_seconds.mean);
    if (!recommendation.best || std::isnan(ratio)) {
        return {};
    }
    const std::string best =
        candidate_name(answers, recommendation.candidates[*recommendation.best], phrases);
    const double half_width = candidate.log_seconds.half_width;
    const std::string interval = std::isnan(half_width)
                                     ? std::string{}
                                     : phrases(" ({:.3g} to {:.3g})", ratio * std::exp(-half_width),
                                               ratio * std::exp(half_width));
    if (ratio > 0.95 && ratio < 1.05) {  // which would be "1 times"
        return phrases("it takes {:.3g} s, about as long as the best ({})", candidate.seconds,
                       best);
    }
    return phrases("it takes {:.3g} s, {:.2g} times as fast{} as the best ({})", candidate.seconds,
                   ratio, interval, best);
}

std::string optimism_text(const Recommendation& recommendation, const Phrases& phrases) {
    const SelectionOptimism& optimism = recommendation.optimism;
    if (std::isnan(optimism.optimism)) {
        return {};
    }
    return phrases(
        "The best mean {} of {} batch sizes, {:.4f}, is flattered by the choice: the others' "
        "choice, judged on the seed left out, gives {:.4f}.",
        metric_word(recommendation.decided_by, phrases), optimism.options, optimism.naive,
        optimism.leave_one_seed_out.mean);
}

/// Where the other validation metric says something else; empty where it does not.
std::string disagreement_text(const StudyAnswers& answers, const Phrases& phrases) {
    const std::optional<Disagreement>& disagreement = answers.recommendation.disagreement;
    if (!disagreement) {
        return {};
    }
    const DecideBy metric = disagreement->metric;
    const PairedComparison& worse = disagreement->shortfall;
    return phrases(
        "By {} it is worse than {}: by {}. Which of both decides is --decide-by ({} now).",
        metric_word(metric, phrases),
        candidate_name(answers, answers.recommendation.candidates[disagreement->better], phrases),
        interval_of_amount(worse, metric, phrases), word_of(answers.recommendation.decided_by));
}

/// How the training of a choice stood at its end.
std::string state_of(const StudyAnswers& answers, const Candidate& candidate,
                     const Phrases& phrases) {
    const std::vector<TrainingQuadrant>& states = answers.recipes[candidate.recipe].quadrants;
    const auto found = std::find_if(states.begin(), states.end(), [&](const auto& quadrant) {
        return quadrant.batch_size == candidate.batch_size;
    });
    return found == states.end() ? "–" : state_text(found->state, phrases);
}

/// "2.9 (2.8-3.0)": seconds, and with the interval of the ratio to the best.
std::string seconds_text(const Candidate& candidate) {
    const double half_width = candidate.log_seconds.half_width;
    const double ratio = std::exp(candidate.log_seconds.mean);
    return std::isnan(half_width) || std::isnan(ratio)
               ? format_number(candidate.seconds)
               : fmt::format("{}, {:.3g} x ({:.3g}-{:.3g})", format_number(candidate.seconds),
                             ratio, ratio * std::exp(-half_width), ratio * std::exp(half_width));
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
            return phrases("it is not shown to be faster than the best");
        case Caution::smallest_batch_size:
            return phrases("it is the smallest batch size that was tried");
        case Caution::largest_batch_size:
            return phrases(
                "it is the largest batch size that was tried: a larger one might be "
                "faster still");
        case Caution::best_at_smallest:
            return phrases("the best is the smallest batch size: a smaller one might be better");
        case Caution::best_at_largest:
            return phrases("the best is the largest batch size: a larger one might be better");
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
    const Recommendation& recommendation = answers.recommendation;
    Table table{
        .caption = phrases(
            "All that could be chosen: both validation metrics at the end with their {:.6g} % "
            "intervals, how much worse than the best in {}, the p of being worse than another by "
            "the margin, how training stood at its end, and the seconds of a whole run, those of "
            "the best times a factor with its interval.",
            100 * answers.margins.confidence, metric_word(recommendation.decided_by, phrases)),
        .header = {phrases("choice"), phrases("runs"), phrases("validation loss"),
                   phrases("validation accuracy"), phrases("behind the best"), phrases("not worse"),
                   phrases("training"), phrases("seconds")}};
    for (std::size_t i = 0; i < recommendation.candidates.size(); ++i) {
        const Candidate& candidate = recommendation.candidates[i];
        const bool is_recommended = recommendation.status == RecommendationStatus::recommended &&
                                    recommendation.fastest == i;
        const std::string lost = standings_text(candidate.uncounted, phrases);
        table.rows.push_back(
            {{(is_recommended ? "★ " : "") + candidate_name(answers, candidate, phrases)},
             {fmt::format("{}/{}", candidate.counted, candidate.tried) +
              (lost.empty() ? "" : fmt::format(" ({})", lost))},
             {level_text(candidate.validation_loss, false)},
             {level_text(candidate.validation_accuracy, true)},
             {difference_text(candidate.above_best)},
             {std::isnan(candidate.p_not_worse) ? "–" : p_text(candidate.p_not_worse)},
             {state_of(answers, candidate, phrases)},
             {seconds_text(candidate)}});
    }
    constexpr std::ptrdiff_t accuracy_column = 3;
    if (std::all_of(table.rows.begin(), table.rows.end(), [](const std::vector<Cell>& row) {
            return row[accuracy_column].text == "–";
        })) {
        erase_column(table, accuracy_column);
    }
    return table;
}

std::string reason(const WhatIf& what_if, const Phrases& phrases) {
    const auto size_of = [&what_if](const std::optional<std::size_t>& index) {
        return index ? what_if.others[*index].batch_size : 0;
    };
    switch (what_if.reason) {
        case WhatIfReason::none_is_better_or_faster:
            return phrases(
                "keep it: by validation loss every other batch size is shown to be worse or "
                "slower");
        case WhatIfReason::nothing_shown:
            return phrases(
                "keep it: by validation loss no other batch size is shown to be better, or faster "
                "and not worse");
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
        table.rows.push_back(
            {{fmt::format("{}", change.batch_size) +
              (change.loses_runs
                   ? ", " + phrases("{} of {} lost", change.runs.lost, change.runs.tried)
                   : "")},
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
        section.add(optimism_text(answers.recommendation, phrases));
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
    const DecideBy metric = recommendation.decided_by;
    const double margin =
        metric == DecideBy::loss ? answers.margins.loss : answers.margins.accuracy;
    std::string sentence =
        phrases("Recommended: {}, the fastest whose {} is not worse than any other's by {}",
                candidate_name(answers, candidate, phrases), metric_word(metric, phrases),
                amount_text(margin, metric, phrases));
    sentence = comparison.empty() ? sentence + "." : fmt::format("{}; {}.", sentence, comparison);
    const std::string disagreement = disagreement_text(answers, phrases);
    return disagreement.empty() ? sentence : sentence + ' ' + disagreement;
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
