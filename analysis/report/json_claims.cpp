#include "analysis/claims/claim_kind.hpp"
#include "analysis/report/json_pieces.hpp"

namespace batchscope {

Json claims_json(const std::vector<ClaimDecision>& decisions, const std::vector<Claim>& claims) {
    Json json = Json::array();
    for (std::size_t i = 0; i < decisions.size(); ++i) {
        const ClaimDecision& decision = decisions[i];
        const Because& because = decision.because;
        Json numbers = Json::array();
        for (const ClaimNumber& number : decision.numbers) {
            numbers.push_back({{"name", number.name},
                               {"unit", to_string(number.unit)},
                               {"value", number.value},
                               {"lower", number.lower},
                               {"upper", number.upper},
                               {"n", number.n}});
        }
        json.push_back({{"id", decision.claim},
                        {"kind", claims[i].kind->name},
                        {"text", claims[i].english},
                        {"outcome", to_string(decision.outcome)},
                        {"reason", because.reason.word},
                        {"reason_arguments",
                         {{"name", because.name},
                          {"batch_size", because.batch_size},
                          {"other_batch_size", because.other_batch_size},
                          {"seed", because.seed},
                          {"found", because.found},
                          {"needed", because.needed}}},
                        {"for_this_recipe", decision.for_this_recipe},
                        {"seeds", decision.seeds},
                        {"p_supported", decision.p_supported},
                        {"p_contradicted", decision.p_contradicted},
                        {"p_supported_adjusted", decision.adjusted_p_supported},
                        {"p_contradicted_adjusted", decision.adjusted_p_contradicted},
                        {"claims_tested", decision.claims_tested},
                        {"numbers", std::move(numbers)},
                        {"shown_by", to_string(decision.shown_by)}});
    }
    return json;
}

Json quadrants_json(const std::vector<TrainingQuadrant>& quadrants) {
    const auto trend = [](const LossTrend& loss) {
        return Json{{"trend", to_string(loss.trend)}, {"change", comparison_json(loss.change)}};
    };
    Json json = Json::array();
    for (const TrainingQuadrant& quadrant : quadrants) {
        json.push_back({{"batch_size", quadrant.batch_size},
                        {"state", to_string(quadrant.state)},
                        {"train_loss", trend(quadrant.train)},
                        {"validation_loss", trend(quadrant.validation)},
                        {"first_train_loss", quadrant.first_train_loss},
                        {"last_train_loss", quadrant.last_train_loss},
                        {"relative_change", quadrant.relative_change},
                        {"seconds_per_batch", quadrant.seconds_per_batch}});
    }
    return json;
}

}  // namespace batchscope
