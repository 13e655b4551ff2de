#pragma once

#include <optional>
#include <vector>

#include "analysis/claims/claims_file.hpp"
#include "analysis/claims/decide_claims.hpp"
#include "analysis/claims/quadrant.hpp"
#include "analysis/questions/critical_batch.hpp"
#include "analysis/questions/gap.hpp"
#include "analysis/questions/larger_batch.hpp"
#include "analysis/questions/learning_rate_rule.hpp"
#include "analysis/questions/memory_use.hpp"
#include "analysis/questions/recipe.hpp"
#include "analysis/questions/recommendation.hpp"
#include "analysis/questions/sharpness_association.hpp"
#include "analysis/questions/time_to_target.hpp"
#include "analysis/questions/what_if.hpp"

namespace batchscope {

/// All that is asked of one recipe. Points into the StudySummary it was made from.
struct RecipeAnswers {
    Recipe recipe;
    std::vector<Budget> budgets;
    /// Is a larger batch better, at each budget; the first, at the end of training, is the answer
    /// of the report, the others say whether it depends on the budget.
    std::vector<LargerBatchAnswer> larger_batch;
    std::vector<GapAtBudget> gaps;
    MatchedGap matched_gap;
    std::vector<TimeToTarget> to_targets;                 ///< of each target, see choose_targets
    std::vector<ObservedCriticalBatch> critical_batches;  ///< of each target
    std::vector<PredictedCriticalBatch> noise_scales;
    RateTrend rate_trend;                         ///< with several learning rates
    std::optional<LinearScaling> linear_scaling;  ///< where the rate is scaled so
    std::optional<WhatIf> what_if;                ///< where a batch size in use was given
    std::vector<MemoryUse> memory;
    std::vector<ClaimDecision> claims;  ///< in the order of StudyAnswers::claims
    std::vector<TrainingQuadrant> quadrants;
};

/// What the user asks beside the questions that are always asked.
struct AnswerOptions {
    Margins margins;
    std::optional<std::int64_t> current_batch_size;  ///< in use now
    /// Chosen from the data if empty. The first in validation loss is that of the claims, too.
    std::vector<Target> targets;
    std::vector<Claim> claims = default_claims();
    DecideBy decide_by = DecideBy::loss;  ///< what the recommendation is chosen by
    /// Of the memory of a device for which the largest batch is asked; NaN for none.
    double memory_bytes = unknown;
};

/// All that is asked of a study.
struct StudyAnswers {
    const StudySummary* study = nullptr;
    Margins margins;
    std::vector<Claim> claims;
    std::vector<RecipeAnswers> recipes;
    std::vector<SharpnessAssociation> sharpness_and_gap;
    std::vector<RulesCompared> rules;  ///< learning-rate rules against each other
    Recommendation recommendation;
    std::vector<BatchSizesThatFit> fits;
    double memory_bytes = unknown;  ///< as AnswerOptions
};

/// Asks a study, which outlives the answers, every question. Throws Error (configuration) where the
/// batch size in use is not in its grid.
[[nodiscard]] StudyAnswers answer_all(const StudySummary& study, const AnswerOptions& options);

}  // namespace batchscope
