#include "analysis/report/json.hpp"

#include <map>

#include "analysis/claims/claim_kind.hpp"
#include "analysis/report/facts.hpp"
#include "analysis/statistics/interpolation.hpp"
#include "core/version.hpp"

namespace batchscope {

// What is put together from several answers; the rest describes itself.
namespace {

template <class Values, class Make>
Json list_of(const Values& values, const Make& make) {
    Json list = Json::array();
    for (const auto& value : values) {
        list.push_back(make(value));
    }
    return list;
}

Json contrast_json(const SizeContrast& contrast, const ComparedMetric& metric,
                   const Margins& margins) {
    Json json{{"batch_size", contrast.batch_size},
              {"seeds", contrast.seeds},
              {"differences", contrast.differences}};
    add_fields(json, contrast.decision);
    // The decision's comparison is turned towards better; these are the differences as they are.
    const double resolution = contrast.decision.comparison.identical ? 0 : metric.resolution;
    const PairedComparison read =
        paired_comparison(contrast.differences, margins.confidence, resolution);
    add_fields(json, contrast.resolved ? with_interpolation_error(read, contrast.reading_error)
                                       : PairedComparison{});
    json["reading_error"] = contrast.reading_error;
    json["resolved"] = contrast.resolved;
    json["margin"] = metric.margin;
    json["probability_of_being_better"] = json_of(contrast.wins);
    json["sign_flip_p"] = contrast.sign_flip.p_two_sided;
    json["sign_flip_smallest_p"] = contrast.sign_flip.smallest_p_two_sided;
    json["by_example"] = json_of(contrast.by_example);
    return json;
}

Json larger_batch_json(const LargerBatchAnswer& answer, const Budget& budget,
                       const Margins& margins) {
    const auto contrasts = [&](const MetricAnswer& of_metric) {
        return list_of(of_metric.contrasts, [&](const SizeContrast& contrast) {
            return contrast_json(contrast, of_metric.metric, margins);
        });
    };
    return {{"budget", json_of(budget)},
            {"reference", answer.reference},
            {"lost_references", answer.lost_references},
            {"figures", list_of(answer.by_metric, [&](const MetricAnswer& of_metric) {
                 return Json{{"name", of_metric.metric.name},
                             {"larger_is_better", of_metric.metric.larger_is_better},
                             {"answer", word_of(of_metric.answer)},
                             {"contrasts", contrasts(of_metric)},
                             {"trend", json_of(of_metric.trend)},
                             {"trend_without", of_metric.trend_without},
                             {"slope_per_doubling", json_of(of_metric.slope.mean)},
                             {"slope_without", of_metric.slope_without},
                             {"line_fit", json_of(of_metric.slope.fit)}};
             })}};
}

Json standings_json(const Standings& standings) {
    Json json = Json::object();
    for (const auto& [standing, runs] : standings) {
        json[to_string(standing)] = runs;
    }
    return json;
}

Json rate_json(const TriedRate& rate) {
    return {{"learning_rate", rate.learning_rate},
            {"seeds", list_of(rate.runs, [](const auto& run) { return run.first; })},
            {"uncounted", standings_json(uncounted_of(rate))},
            {"mean_validation_loss", rate.mean_validation_loss}};
}

Json arm_json(const Arm& arm) {
    Json json{{"batch_size", arm.batch_size},
              {"seeds", list_of(arm.runs, [](const auto& run) { return run.first; })},
              {"lost", lost_runs(arm)},
              {"uncounted", standings_json(uncounted_of(arm))}};
    if (!arm.rates.empty()) {
        json["rates"] = list_of(arm.rates, rate_json);
        json["best_rate"] = arm.best_rate;
        json["best_rate_at_edge"] = arm.best_rate_at_edge;
        json["chosen_on_itself"] = arm.chosen_on_itself;
    }
    return json;
}

Json target_json(const TimeToTarget& times, const ObservedCriticalBatch& critical,
                 const std::vector<PredictedCriticalBatch>& noise_scales) {
    Json json = json_of(times);
    json["critical_batch"] = json_of(critical);
    json["noise_scale_against_it"] =
        list_of(noise_scales, [&](const PredictedCriticalBatch& predicted) {
            Json check{{"kind", word_of(predicted.kind)}, {"batch_size", predicted.batch_size}};
            add_fields(check, check_prediction(predicted, critical.fit));
            return check;
        });
    return json;
}

Json claim_json(const ClaimDecision& decision, const Claim& claim) {
    Json json{{"id", decision.claim}, {"kind", claim.kind->name}, {"text", claim.english}};
    add_fields(json, decision);
    return json;
}

Json recipe_json(const RecipeAnswers& answers, const std::vector<Claim>& claims,
                 const Margins& margins) {
    Json json{{"name", answers.recipe.name},
              {"axes", json_of(answers.recipe.axes)},
              {"tuned", answers.recipe.tuned},
              {"equal_trials", answers.recipe.equal_trials},
              {"arms", list_of(answers.recipe.arms, arm_json)},
              {"larger_batch", Json::array()},
              {"gaps", json_of(answers.gaps)},
              {"matched_gap", json_of(answers.matched_gap)},
              {"targets", Json::array()},
              {"noise_scales", json_of(answers.noise_scales)},
              {"rate_trend", json_of(answers.rate_trend)},
              {"linear_scaling", json_of(answers.linear_scaling)},
              {"what_if", json_of(answers.what_if)},
              {"memory", json_of(answers.memory)},
              {"claims", Json::array()},
              {"quadrants", json_of(answers.quadrants)}};
    for (std::size_t i = 0; i < answers.budgets.size(); ++i) {
        json["larger_batch"].push_back(
            larger_batch_json(answers.larger_batch[i], answers.budgets[i], margins));
    }
    for (std::size_t i = 0; i < answers.to_targets.size(); ++i) {
        json["targets"].push_back(
            target_json(answers.to_targets[i], answers.critical_batches[i], answers.noise_scales));
    }
    for (std::size_t i = 0; i < answers.claims.size(); ++i) {
        json["claims"].push_back(claim_json(answers.claims[i], claims[i]));
    }
    return json;
}

Json row_json(const Group& group, const std::vector<SharpnessMetric>& sharpness_metrics) {
    Json json{{"batch_size", group.batch_size}, {"axes", json_of(group.axes)},
              {"n", group.runs.size()},         {"lost", lost_of(group.uncounted)},
              {"aliases", group.aliases},       {"identical_seeds", group.identical_seeds}};
    for (std::size_t i = 0; i < averaged_metrics.size(); ++i) {
        json[averaged_metrics[i].name] = json_of(group.estimates[i]);
    }
    for (const SharpnessMetric& metric : sharpness_metrics) {
        const SharpnessEstimate& estimate = group.sharpness.at(metric.name);
        if (estimate.counted.n > 0 || estimate.not_counted > 0) {
            // A name that a file gives may be one of the row's own.
            const bool is_taken = json.contains(metric.name);
            json[is_taken ? "sharpness." + metric.name : metric.name] = json_of(estimate);
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
    return {{"name", study.name},
            {"files", study.runs.size()},
            {"standings", standings},
            {"axes", study.axis_keys},
            {"separated_by", study.separated_by},
            {"out_of_sample", study.out_of_sample},
            {"data_hashes", study.data_hashes},
            {"rows", list_of(study.groups,
                             [&study](const Group& group) {
                                 return row_json(group, study.sharpness_metrics);
                             })},
            {"recipes", list_of(answers.recipes,
                                [&](const RecipeAnswers& recipe) {
                                    return recipe_json(recipe, answers.claims, answers.margins);
                                })},
            {"sharpness_and_gap", json_of(answers.sharpness_and_gap)},
            {"rules", json_of(answers.rules)},
            {"recommendation", json_of(answers.recommendation)},
            {"batch_sizes_that_fit", json_of(answers.fits)}};
}

}  // namespace

std::string summary_json(const std::vector<StudyAnswers>& studies,
                         const std::vector<SkippedFile>& skipped) {
    Json json{{"format", "batchscope-summary"},
              {"format_version", summary_json_version},
              {"program_version", version_and_commit()},
              {"studies", list_of(studies, study_json)},
              {"skipped", list_of(skipped, [](const SkippedFile& file) {
                   return Json{{"file", file.file.string()},
                               {"reason", file.reason},
                               {"is_duplicate", file.is_duplicate}};
               })}};
    if (!studies.empty()) {
        const Margins& margins = studies.front().margins;
        json["confidence"] = margins.confidence;
        json["margin"] = margins.accuracy;
        json["loss_margin"] = margins.loss;
    }
    // Not UTF-8 (a path) is replaced, so that the file is JSON whatever comes; NaN is null.
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace batchscope
