#include "analysis/report/json_pieces.hpp"
#include "analysis/report/words.hpp"

namespace batchscope {

namespace {

Json typical_json(const TypicalTime& typical) {
    return {{"median", typical.median},
            {"geometric_mean", typical.geometric_mean},
            {"low", typical.low},
            {"high", typical.high},
            {"widest_bracket", typical.widest_bracket}};
}

Json times_json(const TimesToTarget& times) {
    Json json{{"batch_size", times.batch_size},
              {"tried", times.tried},
              {"reached", times.reached},
              {"reached_before_training", times.reached_before_training}};
    for (std::size_t clock = 0; clock < ClockIndex::count; ++clock) {
        json[clocks[clock].name] = typical_json(times.typical[clock]);
    }
    return json;
}

Json ratio_json(const TimeRatio& ratio) {
    Json json{{"batch_size", ratio.batch_size},
              {"pairs", ratio.pairs},
              {"seeds_without", ratio.seeds_without}};
    for (std::size_t clock = 0; clock < ClockIndex::count; ++clock) {
        json[std::string("log_ratio_of_") + clocks[clock].name] =
            comparison_json(ratio.log_ratio[clock]);
    }
    return json;
}

Json exclusions_json(const std::vector<FitExclusion>& exclusions) {
    Json json = Json::array();
    for (const FitExclusion& exclusion : exclusions) {
        json.push_back({{"batch_size", exclusion.batch_size},
                        {"tried", exclusion.tried},
                        {"reached", exclusion.reached},
                        {"reached_before_training", exclusion.reached_before_training}});
    }
    return json;
}

Json fit_json(const CriticalBatchFit& fit) {
    return {{"status", word_of(fit.status)},
            {"runs", fit.runs},
            {"batch_sizes", fit.batch_sizes},
            {"bounds", word_of(fit.bounds)},
            {"critical_batch", fit.critical_batch},
            {"lower", fit.lower},
            {"upper", fit.upper},
            {"minimum_steps", fit.minimum_steps},
            {"minimum_examples", fit.minimum_examples},
            {"residual_standard_deviation_of_log_steps", fit.residual_standard_deviation},
            {"degrees_of_freedom", fit.degrees_of_freedom},
            {"lack_of_fit_p", fit.lack_of_fit.p}};
}

Json critical_batch_json(const ObservedCriticalBatch& critical) {
    Json json = fit_json(critical.fit);
    json["at_20_percent_overhead"] = critical.at_overhead;
    json["left_out"] = exclusions_json(critical.left_out);
    json["survivors"] = exclusions_json(critical.survivors);
    json["if_crossings_were"] = {
        {"all_early", critical.censoring.all_early},
        {"all_late", critical.censoring.all_late},
        {"small_late_large_early", critical.censoring.small_late_large_early},
        {"small_early_large_late", critical.censoring.small_early_large_late}};
    json["without_a_seed"] = {
        {"smallest", critical.without_a_seed.smallest},
        {"largest", critical.without_a_seed.largest},
        {"standard_error_of_log", critical.without_a_seed.standard_error_of_log}};
    json["doubts"] = Json::array();
    for (const FitDoubt doubt : critical.doubts) {
        json["doubts"].push_back(word_of(doubt));
    }
    json["places"] = Json::array();
    for (const auto& [batch_size, regime] : critical.places) {
        json["places"].push_back(
            {{"batch_size", batch_size},
             {"regime", word_of(regime)},
             {"slope", local_scaling_slope(static_cast<double>(batch_size),
                                           critical.fit.bounds == CriticalBatchBounds::bounded
                                               ? critical.fit.critical_batch
                                               : unknown)}});
    }
    return json;
}

}  // namespace

Json target_json(const TimeToTarget& times, const ObservedCriticalBatch& critical,
                 const std::vector<PredictedCriticalBatch>& noise_scales) {
    Json json{{"figure", word_of(times.target.figure)},
              {"value", times.target.value},
              {"origin", word_of(times.target.origin)},
              {"reference", times.reference},
              {"inside_schedule", times.inside_schedule},
              {"different_machines", times.different_machines},
              {"batch_sizes", Json::array()},
              {"against_reference", Json::array()}};
    for (const TimesToTarget& batch_size : times.batch_sizes) {
        json["batch_sizes"].push_back(times_json(batch_size));
    }
    for (const TimeRatio& ratio : times.against_reference) {
        json["against_reference"].push_back(ratio_json(ratio));
    }
    json["critical_batch"] = critical_batch_json(critical);
    json["noise_scale_against_it"] = Json::array();
    for (const PredictedCriticalBatch& predicted : noise_scales) {
        const PredictionCheck check = check_prediction(predicted, critical.fit);
        json["noise_scale_against_it"].push_back({{"kind", word_of(predicted.kind)},
                                                  {"batch_size", predicted.batch_size},
                                                  {"agreement", word_of(check.agreement)},
                                                  {"ratio", check.ratio}});
    }
    return json;
}

Json noise_scales_json(const std::vector<PredictedCriticalBatch>& scales) {
    Json json = Json::array();
    for (const PredictedCriticalBatch& predicted : scales) {
        Json scale{{"kind", word_of(predicted.kind)}, {"batch_size", predicted.batch_size}};
        scale.update(estimate_json(predicted.scale.counted));
        scale["not_counted"] = predicted.scale.not_counted;
        scale["largest_error"] = predicted.scale.largest_error;
        scale["shares_coupled"] = predicted.shares_coupled;
        json.push_back(std::move(scale));
    }
    return json;
}

}  // namespace batchscope
