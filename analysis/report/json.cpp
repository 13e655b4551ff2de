#include "analysis/report/json.hpp"

#include "analysis/report/json_pieces.hpp"
#include "analysis/report/words.hpp"
#include "core/version.hpp"

namespace batchscope {

namespace {

Json by_example_json(const std::optional<ExamplePairedDifference>& difference) {
    if (!difference) {
        return nullptr;
    }
    return {{"examples", difference->examples},
            {"standard_error_seeds", difference->standard_error_seeds},
            {"standard_error_examples", difference->standard_error_examples},
            {"standard_error", difference->standard_error},
            {"half_width", difference->half_width}};
}

Json contrast_json(const SizeContrast& contrast, const ComparedFigure& figure,
                   const Margins& margins) {
    Json json{{"batch_size", contrast.batch_size},
              {"seeds", contrast.seeds},
              {"differences", contrast.differences}};
    json.update(decision_json(contrast.decision));
    // The decision's comparison is turned towards better; these are the differences as they are.
    json.update(comparison_json(paired_comparison(contrast.differences, margins.confidence)));
    json["margin"] = figure.margin;
    json["probability_of_being_better"] = {{"estimate", contrast.wins.probability},
                                           {"low", contrast.wins.bounds.low},
                                           {"high", contrast.wins.bounds.high}};
    json["sign_flip_p"] = contrast.sign_flip.p_two_sided;
    json["sign_flip_smallest_p"] = contrast.sign_flip.smallest_p_two_sided;
    json["by_example"] = by_example_json(contrast.by_example);
    return json;
}

Json larger_batch_json(const LargerBatchAnswer& answer, const Budget& budget,
                       const Margins& margins) {
    Json json{{"budget", budget_json(budget)},
              {"reference", answer.reference},
              {"figures", Json::array()}};
    for (const FigureAnswer& figure : answer.figures) {
        Json contrasts = Json::array();
        for (const SizeContrast& contrast : figure.contrasts) {
            contrasts.push_back(contrast_json(contrast, figure.figure, margins));
        }
        json["figures"].push_back({{"name", figure.figure.name},
                                   {"larger_is_better", figure.figure.larger_is_better},
                                   {"answer", word_of(figure.answer)},
                                   {"contrasts", std::move(contrasts)},
                                   {"trend",
                                    {{"statistic", figure.trend.statistic},
                                     {"expected", figure.trend.expected},
                                     {"rows", figure.trend.rows},
                                     {"columns", figure.trend.columns},
                                     {"p_two_sided", figure.trend.p_two_sided},
                                     {"is_exact", figure.trend.is_exact}}},
                                   {"slope_per_doubling", comparison_json(figure.slope.mean)}});
    }
    return json;
}

Json gap_json(const GapAtBudget& gap) {
    Json arms = Json::array();
    for (const ArmGap& arm : gap.arms) {
        arms.push_back(
            {{"batch_size", arm.batch_size},
             {"gap_loss", estimate_json(arm.loss)},
             {"gap_accuracy", estimate_json(arm.accuracy)},
             {"gap_loss_against_reference", comparison_json(arm.loss_against_reference)},
             {"gap_accuracy_against_reference", comparison_json(arm.accuracy_against_reference)},
             {"underfits", arm.underfits}});
    }
    return {{"budget", budget_json(gap.budget)}, {"arms", std::move(arms)}};
}

Json matched_gap_json(const MatchedGap& gap) {
    Json json{{"status", word_of(gap.status)},
              {"train_loss", gap.train_loss},
              {"limited_by", gap.limited_by},
              {"widest_bracket", gap.widest_bracket},
              {"arms", Json::array()}};
    for (std::size_t i = 0; i < gap.batch_sizes.size(); ++i) {
        json["arms"].push_back({{"batch_size", gap.batch_sizes[i]},
                                {"gap_loss", estimate_json(gap.gap_loss[i])},
                                {"against_smallest", comparison_json(gap.against_smallest[i])}});
    }
    return json;
}

Json arm_json(const Arm& arm) {
    Json json{{"batch_size", arm.batch_size}, {"seeds", Json::array()}};
    for (const auto& [seed, run] : arm.runs) {
        json["seeds"].push_back(seed);
    }
    json["uncounted"] = Json::object();
    for (const auto& [standing, runs] : arm.uncounted) {
        json["uncounted"][to_string(standing)] = runs;
    }
    if (!arm.rates.empty()) {
        json["best_rate"] = arm.best_rate;
        json["best_rate_at_edge"] = arm.best_rate_at_edge;
        json["chosen_on_itself"] = arm.chosen_on_itself;
    }
    return json;
}

Json recipe_json(const RecipeAnswers& answers, const std::vector<Claim>& claims,
                 const Margins& margins) {
    Json json{{"name", answers.recipe.name},   {"axes", axes_json(answers.recipe.axes)},
              {"tuned", answers.recipe.tuned}, {"equal_trials", answers.recipe.equal_trials},
              {"arms", Json::array()},         {"larger_batch", Json::array()},
              {"gaps", Json::array()}};
    for (const Arm& arm : answers.recipe.arms) {
        json["arms"].push_back(arm_json(arm));
    }
    for (std::size_t i = 0; i < answers.budgets.size(); ++i) {
        json["larger_batch"].push_back(
            larger_batch_json(answers.larger_batch[i], answers.budgets[i], margins));
    }
    for (const GapAtBudget& gap : answers.gaps) {
        json["gaps"].push_back(gap_json(gap));
    }
    json["matched_gap"] = matched_gap_json(answers.matched_gap);
    json["targets"] = Json::array();
    for (std::size_t i = 0; i < answers.to_targets.size(); ++i) {
        json["targets"].push_back(
            target_json(answers.to_targets[i], answers.critical_batches[i], answers.noise_scales));
    }
    json["noise_scales"] = noise_scales_json(answers.noise_scales);
    json["rate_trend"] = rate_trend_json(answers.rate_trend);
    json["linear_scaling"] =
        answers.linear_scaling ? linear_scaling_json(*answers.linear_scaling) : Json(nullptr);
    json["what_if"] = answers.what_if ? what_if_json(*answers.what_if) : Json(nullptr);
    json["memory"] = memory_json(answers.memory);
    json["claims"] = claims_json(answers.claims, claims);
    json["quadrants"] = quadrants_json(answers.quadrants);
    return json;
}

Json association_json(const ConditionalKendall& kendall) {
    return {{"psi", kendall.psi},
            {"strata", kendall.strata},
            {"points", kendall.points},
            {"p_two_sided", kendall.p_two_sided},
            {"smallest_p", kendall.smallest_p}};
}

Json row_json(const Group& group) {
    Json json{{"batch_size", group.batch_size},
              {"axes", axes_json(group.axes)},
              {"n", group.runs.size()},
              {"aliases", group.aliases},
              {"identical_seeds", group.identical_seeds}};
    for (std::size_t i = 0; i < metrics.size(); ++i) {
        json[metrics[i].name] = estimate_json(group.estimates[i]);
    }
    for (std::size_t i = 0; i < sharpness_metrics.size(); ++i) {
        const SharpnessEstimate& estimate = group.sharpness[i];
        if (estimate.counted.n > 0 || estimate.not_counted > 0) {
            Json& value = json[sharpness_metrics[i].name] = estimate_json(estimate.counted);
            value["largest_error"] = estimate.largest_error;
            value["not_counted"] = estimate.not_counted;
        }
    }
    return json;
}

Json study_json(const StudyAnswers& answers) {
    const StudySummary& study = *answers.study;
    std::map<std::string, std::int64_t> standings;
    for (const JudgedRun& judged : study.runs) {
        ++standings[to_string(judged.standing)];
    }
    Json json{{"name", study.name},
              {"files", study.runs.size()},
              {"standings", standings},
              {"axes", study.axis_keys},
              {"separated_by", study.separated_by},
              {"out_of_sample", study.out_of_sample},
              {"data_hashes", study.data_hashes},
              {"rows", Json::array()},
              {"recipes", Json::array()},
              {"sharpness_and_gap", Json::array()}};
    for (const Group& group : study.groups) {
        json["rows"].push_back(row_json(group));
    }
    for (const RecipeAnswers& recipe : answers.recipes) {
        json["recipes"].push_back(recipe_json(recipe, answers.claims, answers.margins));
    }
    for (const SharpnessAssociation& association : answers.sharpness_and_gap) {
        Json along = Json::object();
        for (const auto& [key, kendall] : association.along_axis) {
            along[key] = association_json(kendall);
        }
        json["sharpness_and_gap"].push_back(
            {{"measure", sharpness_metrics[association.measure].name},
             {"runs", association.runs},
             {"overall_tau_b", association.overall},
             {"along_batch_size", association_json(association.along_batch_size)},
             {"along_axis", std::move(along)}});
    }
    json["rules"] = rules_json(answers.rules);
    json["recommendation"] = recommendation_json(answers.recommendation);
    json["batch_sizes_that_fit"] = fits_json(answers.fits);
    return json;
}

}  // namespace

std::string summary_json(const std::vector<StudyAnswers>& studies,
                         const std::vector<SkippedFile>& skipped) {
    Json json{{"format", "batchscope-summary"},
              {"format_version", summary_json_version},
              {"program_version", version},
              {"studies", Json::array()},
              {"skipped", Json::array()}};
    if (!studies.empty()) {
        const Margins& margins = studies.front().margins;
        json["confidence"] = margins.confidence;
        json["margin"] = margins.accuracy;
        json["loss_margin"] = margins.loss;
    }
    for (const StudyAnswers& study : studies) {
        json["studies"].push_back(study_json(study));
    }
    for (const auto& [file, reason, is_duplicate] : skipped) {
        json["skipped"].push_back(
            {{"file", file.string()}, {"reason", reason}, {"is_duplicate", is_duplicate}});
    }
    // Not UTF-8 (a path) is replaced, so that the file is JSON whatever comes; NaN is null.
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace batchscope
