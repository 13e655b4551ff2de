#include "analysis/report/json_pieces.hpp"

#include "analysis/report/words.hpp"

namespace batchscope {

Json axes_json(const std::map<std::string, AttributeValue>& axes) {
    Json json = Json::object();
    for (const auto& [key, value] : axes) {
        std::visit([&json, &key = key](const auto& plain) { json[key] = plain; }, value);
    }
    return json;
}

Json estimate_json(const Estimate& estimate) {
    return {{"n", estimate.n},
            {"mean", estimate.mean},
            {"half_width", estimate.half_width},
            {"standard_deviation", estimate.standard_deviation}};
}

Json comparison_json(const PairedComparison& comparison) {
    return {{"n", comparison.n},
            {"mean", comparison.mean},
            {"half_width", comparison.half_width},
            {"standard_deviation", comparison.standard_deviation},
            {"degrees_of_freedom", comparison.degrees_of_freedom},
            {"t", comparison.t},
            {"p_two_sided", comparison.p_two_sided}};
}

Json budget_json(const Budget& budget) {
    return {{"moment", to_string(budget.moment)},
            {"amount", budget.amount},
            {"inside_schedule", budget.inside_schedule},
            {"unequal_looks", budget.unequal_looks},
            {"different_machines", budget.different_machines}};
}

Json decision_json(const Decision& decision) {
    Json json{{"verdict", word_of(decision.verdict)}, {"reason", word_of(decision.reason)}};
    json.update(comparison_json(decision.comparison));
    json["simultaneous_half_width"] = decision.simultaneous_half_width;
    json["p_difference_adjusted"] = decision.p_difference;
    json["p_equivalence_adjusted"] = decision.p_equivalence;
    json["tests_in_family"] = decision.tested;
    json["minimum_detectable_effect"] = decision.minimum_detectable_effect;
    json["seeds_to_decide"] =
        decision.seeds_to_decide ? Json(*decision.seeds_to_decide) : Json(nullptr);
    return json;
}

}  // namespace batchscope
