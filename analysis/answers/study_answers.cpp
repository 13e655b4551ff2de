#include "analysis/answers/study_answers.hpp"

#include <utility>

namespace batchscope {

namespace {

RecipeAnswers answer_recipe(Recipe recipe, const std::string& out_of_sample,
                            const Margins& margins) {
    RecipeAnswers answers;
    answers.recipe = std::move(recipe);
    answers.budgets = budgets_of(answers.recipe);
    std::vector<const Arm*> arms;
    for (const Arm& arm : answers.recipe.arms) {
        arms.push_back(&arm);
    }
    for (const Budget& budget : answers.budgets) {
        answers.larger_batch.push_back(is_larger_better(answers.recipe, budget, margins));
    }
    answers.gaps = gaps_of(answers.recipe, out_of_sample, margins.confidence);
    answers.matched_gap = matched_gap(arms, out_of_sample, margins.confidence);
    return answers;
}

}  // namespace

StudyAnswers answer_all(const StudySummary& study, const Margins& margins) {
    StudyAnswers answers;
    answers.study = &study;
    answers.margins = margins;
    for (Recipe& recipe : recipes_of(study)) {
        answers.recipes.push_back(answer_recipe(std::move(recipe), study.out_of_sample, margins));
    }
    answers.sharpness_and_gap = sharpness_and_gap(study);
    return answers;
}

}  // namespace batchscope
