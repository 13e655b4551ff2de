#include "analysis/report/recommendation_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <vector>

#include "analysis/report/table.hpp"

namespace batchscope {

namespace {

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

}  // namespace

std::string candidate_name(const StudyAnswers& answers, const Candidate& candidate,
                           const Phrases& phrases) {
    const std::string& recipe = answers.recipes[candidate.recipe].recipe.name;
    return recipe.empty() ? phrases("batch {}", candidate.batch_size)
                          : phrases("batch {} with {}", candidate.batch_size, recipe);
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

std::vector<std::string> recommendation_lines(const StudyAnswers& answers, const Phrases& phrases) {
    std::vector<std::string> lines{recommendation_sentence(answers, phrases),
                                   could_replace_text(answers, phrases)};
    if (answers.recommendation.status == RecommendationStatus::recommended) {
        for (const Caution caution : answers.recommendation.cautions) {
            lines.push_back(phrases("But {}.", caution_text(caution, phrases)));
        }
        lines.push_back(optimism_text(answers.recommendation.optimism, phrases));
    }
    std::erase(lines, std::string{});
    return lines;
}

std::string recommendation_report(const StudyAnswers& answers, const Phrases& phrases) {
    std::string text;
    for (const std::string& line : recommendation_lines(answers, phrases)) {
        text += wrapped(line, 2);
    }
    return text;
}

}  // namespace batchscope
