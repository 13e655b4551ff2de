#include "analysis/report/json_pieces.hpp"
#include "analysis/report/words.hpp"

namespace batchscope {

namespace {

Json index_json(const std::optional<std::size_t>& index) {
    return index ? Json(*index) : Json(nullptr);
}

Json optimism_json(const SelectionOptimism& optimism) {
    return {{"options", optimism.options},
            {"left_out", optimism.left_out},
            {"chosen", index_json(optimism.chosen)},
            {"naive", optimism.naive},
            {"leave_one_seed_out", estimate_json(optimism.leave_one_seed_out)},
            {"optimism", optimism.optimism}};
}

Json tuned_rate_json(const TunedRate& rate) {
    Json json{{"batch_size", rate.batch_size},
              {"bracketed", rate.bracketed},
              {"uncounted", rate.uncounted},
              {"log_rate", estimate_json(rate.log_rate)},
              {"by_seed", Json::array()}};
    for (const auto& [seed, fit] : rate.by_seed) {
        json["by_seed"].push_back({{"seed", seed},
                                   {"status", word_of(fit.status)},
                                   {"best_rate", fit.best_rate},
                                   {"best_loss", fit.best_loss},
                                   {"diverged", fit.diverged}});
    }
    return json;
}

Json candidate_json(const Candidate& candidate) {
    return {{"recipe", candidate.recipe},
            {"batch_size", candidate.batch_size},
            {"same_as", candidate.same_as},
            {"tried", candidate.tried},
            {"counted", candidate.counted},
            {"standing", word_of(candidate.standing)},
            {"validation_loss", estimate_json(candidate.validation_loss)},
            {"above_best", comparison_json(candidate.above_best)},
            {"rivals", candidate.rivals},
            {"p_not_worse_adjusted", candidate.p_not_worse},
            {"seeds_to_show", candidate.seeds_to_show ? Json(*candidate.seeds_to_show) : Json()},
            {"seconds", candidate.seconds},
            {"log_seconds_against_best", comparison_json(candidate.log_seconds)}};
}

Json change_json(const BatchSizeChange& change) {
    Json json{{"batch_size", change.batch_size},
              {"factor", change.factor},
              {"counted", change.counted},
              {"tried", change.tried},
              {"train_loss", comparison_json(change.train_loss)},
              {"validation_loss", comparison_json(change.validation_loss)},
              {"gap_loss", comparison_json(change.gap_loss)},
              {"log_seconds_per_step", comparison_json(change.log_seconds_per_step)},
              {"log_seconds", comparison_json(change.log_seconds)},
              {"log_peak_memory", comparison_json(change.log_peak_memory)},
              {"log_seconds_to_targets", Json::array()},
              {"validation_loss_decision", decision_json(change.loss_decision)},
              {"p_not_worse", change.p_not_worse},
              {"p_faster", change.p_faster},
              {"p_not_worse_and_faster_adjusted", change.p_for_speed},
              {"loses_runs", change.loses_runs},
              {"is_better_in_loss", change.is_for_loss},
              {"is_faster_and_not_worse", change.is_for_speed}};
    for (const TimeRatio& ratio : change.to_targets) {
        json["log_seconds_to_targets"].push_back(
            comparison_json(ratio.log_ratio[ClockIndex::seconds]));
    }
    return json;
}

Json machine_json(const Machine& machine) {
    return {{"ranks", machine.ranks}, {"devices", machine.devices}};
}

}  // namespace

Json rate_trend_json(const RateTrend& trend) {
    Json json{{"status", word_of(trend.status)},
              {"batch_sizes", Json::array()},
              {"used", trend.used},
              {"left_out", trend.left_out},
              {"seeds", trend.seeds},
              {"slope_of_log_rate", comparison_json(trend.slope.mean)},
              {"rules", Json::array()}};
    for (const TunedRate& rate : trend.rates) {
        json["batch_sizes"].push_back(tuned_rate_json(rate));
    }
    for (const RuleTest& test : trend.rules) {
        if (test.rule.rule != nullptr) {
            json["rules"].push_back(
                {{"rule", test.rule.rule},
                 {"exponent", test.rule.exponent},
                 {"beyond", comparison_json(test.beyond)},
                 {"is_compatible", test.is_compatible ? Json(*test.is_compatible) : Json()}});
        }
    }
    return json;
}

Json linear_scaling_json(const LinearScaling& scaling) {
    Json json{{"figure", scaling.figure.name},
              {"holds_from", scaling.holds_from},
              {"ends_at", scaling.ends_at},
              {"end", word_of(scaling.end)},
              {"steps", Json::array()}};
    for (const LinearStep& step : scaling.steps) {
        json["steps"].push_back({{"from", step.from},
                                 {"to", step.to},
                                 {"counted", step.counted},
                                 {"tried", step.tried},
                                 {"outcome", word_of(step.outcome)},
                                 {"decision", decision_json(step.decision)}});
    }
    return json;
}

Json rules_json(const std::vector<RulesCompared>& rules) {
    Json json = Json::array();
    for (const RulesCompared& compared : rules) {
        Json sizes = Json::array();
        for (const RulesAtBatchSize& at : compared.batch_sizes) {
            Json outcomes = Json::array();
            for (const RuleOutcome& outcome : at.outcomes) {
                outcomes.push_back({{"counted", outcome.counted},
                                    {"validation_loss", estimate_json(outcome.validation_loss)}});
            }
            Json pairs = Json::array();
            for (const RulePair& pair : at.pairs) {
                pairs.push_back({{"first", pair.first},
                                 {"second", pair.second},
                                 {"same_runs", pair.same_runs},
                                 {"decision", decision_json(pair.decision)}});
            }
            sizes.push_back({{"batch_size", at.batch_size},
                             {"outcomes", std::move(outcomes)},
                             {"pairs", std::move(pairs)},
                             {"best", optimism_json(at.best)}});
        }
        json.push_back({{"rules", compared.rules},
                        {"recipes", compared.recipes},
                        {"batch_sizes", std::move(sizes)}});
    }
    return json;
}

Json recommendation_json(const Recommendation& recommendation) {
    Json json{{"status", word_of(recommendation.status)},
              {"recommended", index_json(recommendation.fastest)},
              {"runner_up", index_json(recommendation.runner_up)},
              {"could_replace", recommendation.could_replace},
              {"best", index_json(recommendation.best)},
              {"optimism", optimism_json(recommendation.optimism)},
              {"cautions", Json::array()},
              {"to_targets", Json::array()},
              {"candidates", Json::array()}};
    for (const Caution caution : recommendation.cautions) {
        json["cautions"].push_back(word_of(caution));
    }
    for (const FastestToTarget& fastest : recommendation.to_targets) {
        json["to_targets"].push_back({{"figure", word_of(fastest.target.figure)},
                                      {"value", fastest.target.value},
                                      {"candidate", index_json(fastest.candidate)},
                                      {"seconds", fastest.seconds}});
    }
    for (const Candidate& candidate : recommendation.candidates) {
        json["candidates"].push_back(candidate_json(candidate));
    }
    return json;
}

Json what_if_json(const WhatIf& what_if) {
    Json json{{"current", what_if.current},
              {"answer", word_of(what_if.answer)},
              {"reason", word_of(what_if.reason)},
              {"not_in_grid", what_if.not_in_grid},
              {"for_loss", index_json(what_if.for_loss)},
              {"for_speed", index_json(what_if.for_speed)},
              {"different_machines", what_if.different_machines},
              {"others", Json::array()}};
    for (const BatchSizeChange& change : what_if.others) {
        json["others"].push_back(change_json(change));
    }
    return json;
}

Json memory_json(const std::vector<MemoryUse>& memory) {
    Json json = Json::array();
    for (const MemoryUse& use : memory) {
        Json sizes = Json::array();
        for (const MemoryOfBatchSize& size : use.batch_sizes) {
            sizes.push_back({{"batch_size", size.batch_size},
                             {"examples_held", size.examples_held},
                             {"bytes", estimate_json(size.bytes)}});
        }
        json.push_back({{"machine", machine_json(use.machine)},
                        {"status", word_of(use.status)},
                        {"fixed_bytes", use.fixed_bytes},
                        {"bytes_per_example", use.bytes_per_example},
                        {"next_batch_size", use.next_batch_size},
                        {"next_bytes", use.next_bytes},
                        {"next_half_width", use.next_half_width},
                        {"may_be_split", use.may_be_split},
                        {"batch_sizes", std::move(sizes)}});
    }
    return json;
}

Json fits_json(const std::vector<BatchSizesThatFit>& fits) {
    Json json = Json::array();
    for (const BatchSizesThatFit& machine : fits) {
        Json failed = Json::array();
        for (const DidNotFit& point : machine.did_not_fit) {
            failed.push_back({{"batch_size", point.batch_size},
                              {"axes", axes_json(point.axes)},
                              {"seeds", point.seeds}});
        }
        json.push_back({{"machine", machine_json(machine.machine)},
                        {"largest_completed", machine.largest_completed},
                        {"did_not_fit", std::move(failed)}});
    }
    return json;
}

}  // namespace batchscope
