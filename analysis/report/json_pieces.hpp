#pragma once

#include <nlohmann/json.hpp>

#include "analysis/answers/study_answers.hpp"

/// The parts of summary.json; one function for each struct, fields named as its members.
namespace batchscope {

// Fields stay in the order in which they are written.
using Json = nlohmann::ordered_json;

[[nodiscard]] Json axes_json(const std::map<std::string, AttributeValue>& axes);
[[nodiscard]] Json estimate_json(const Estimate& estimate);
[[nodiscard]] Json comparison_json(const PairedComparison& comparison);
[[nodiscard]] Json decision_json(const Decision& decision);
[[nodiscard]] Json budget_json(const Budget& budget);

// json_targets.cpp
[[nodiscard]] Json target_json(const TimeToTarget& times, const ObservedCriticalBatch& critical,
                               const std::vector<PredictedCriticalBatch>& noise_scales);
[[nodiscard]] Json noise_scales_json(const std::vector<PredictedCriticalBatch>& scales);

// json_claims.cpp
[[nodiscard]] Json claims_json(const std::vector<ClaimDecision>& decisions,
                               const std::vector<Claim>& claims);
[[nodiscard]] Json quadrants_json(const std::vector<TrainingQuadrant>& quadrants);

// json_choices.cpp
[[nodiscard]] Json rate_trend_json(const RateTrend& trend);
[[nodiscard]] Json linear_scaling_json(const LinearScaling& scaling);
[[nodiscard]] Json rules_json(const std::vector<RulesCompared>& rules);
[[nodiscard]] Json recommendation_json(const Recommendation& recommendation);
[[nodiscard]] Json what_if_json(const WhatIf& what_if);
[[nodiscard]] Json memory_json(const std::vector<MemoryUse>& memory);
[[nodiscard]] Json fits_json(const std::vector<BatchSizesThatFit>& fits);

}  // namespace batchscope
