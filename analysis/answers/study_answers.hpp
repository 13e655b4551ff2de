#pragma once

#include <vector>

#include "analysis/questions/gap.hpp"
#include "analysis/questions/larger_batch.hpp"
#include "analysis/questions/recipe.hpp"
#include "analysis/questions/sharpness_association.hpp"

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
};

/// All that is asked of a study.
struct StudyAnswers {
    const StudySummary* study = nullptr;
    Margins margins;
    std::vector<RecipeAnswers> recipes;
    std::vector<SharpnessAssociation> sharpness_and_gap;
};

/// Asks a study, which outlives the answers, every question.
[[nodiscard]] StudyAnswers answer_all(const StudySummary& study, const Margins& margins);

}  // namespace batchscope
