#include "analysis/answers/study_answers.hpp"

#include <utility>

namespace batchscope {

namespace {

void ask_about_larger_batches(RecipeAnswers& answers, const std::string& out_of_sample,
                              const Margins& margins) {
    answers.budgets = budgets_of(answers.recipe);
    for (const Budget& budget : answers.budgets) {
        answers.larger_batch.push_back(is_larger_better(answers.recipe, budget, margins));
    }
    std::vector<const Arm*> arms;
    for (const Arm& arm : answers.recipe.arms) {
        arms.push_back(&arm);
    }
    answers.gaps = gaps_of(answers.recipe, out_of_sample, margins.confidence);
    answers.matched_gap = matched_gap(arms, out_of_sample, margins.loss, margins.confidence);
}

void ask_about_targets(RecipeAnswers& answers, const std::vector<Target>& given,
                       const Margins& margins) {
    for (const Target& target : given.empty() ? choose_targets(answers.recipe) : given) {
        answers.to_targets.push_back(time_to_target(answers.recipe, target, margins.confidence));
        answers.critical_batches.push_back(
            observed_critical_batch(answers.to_targets.back(), margins.confidence));
    }
    answers.noise_scales = predicted_critical_batch(answers.recipe, margins.confidence);
}

/// What the claims of every recipe are decided on beside its runs.
ClaimInputs claim_inputs(const std::vector<Target>& targets,
                         const std::vector<SharpnessAssociation>& associations) {
    ClaimInputs inputs;
    inputs.associations = associations;
    for (const Target& target : targets) {
        if (target.metric == TargetMetric::validation_loss && !inputs.target_validation_loss) {
            inputs.target_validation_loss = target.value;
        }
    }
    return inputs;
}

RecipeAnswers answer_recipe(Recipe recipe, const StudySummary& study, const AnswerOptions& options,
                            ClaimInputs inputs) {
    const Margins& margins = options.margins;
    RecipeAnswers answers;
    answers.recipe = std::move(recipe);
    ask_about_larger_batches(answers, study.out_of_sample, margins);
    ask_about_targets(answers, options.targets, margins);
    answers.rate_trend = rate_trend(answers.recipe, margins.confidence);
    answers.linear_scaling = linear_scaling(answers.recipe, margins);
    if (options.current_batch_size) {
        answers.what_if = what_if(answers.recipe, *options.current_batch_size, margins);
    }
    answers.memory = memory_use(answers.recipe, margins.confidence, options.memory_bytes);
    inputs.gradient_noise = gradient_noise_measures(answers.recipe);
    answers.claims =
        decide_claims(answers.recipe, study.out_of_sample, options.claims, margins, inputs);
    answers.quadrants = training_quadrants(answers.recipe, margins.loss, margins.confidence);
    return answers;
}

}  // namespace

StudyAnswers answer_all(const StudySummary& study, const AnswerOptions& options) {
    const std::vector<Recipe> recipes = recipes_of(study);
    if (options.current_batch_size) {
        check_is_in_grid(*options.current_batch_size, recipes);
    }
    StudyAnswers answers;
    answers.study = &study;
    answers.margins = options.margins;
    answers.claims = options.claims;
    answers.sharpness_and_gap = sharpness_and_gap(study);
    const ClaimInputs inputs = claim_inputs(options.targets, answers.sharpness_and_gap);
    for (const Recipe& recipe : recipes) {
        answers.recipes.push_back(answer_recipe(recipe, study, options, inputs));
    }
    answers.rules = compare_rules(recipes, options.margins);
    answers.recommendation = recommend(recipes, options.margins, options.decide_by);
    answers.fits = batch_sizes_that_fit(study);
    answers.memory_bytes = options.memory_bytes;
    return answers;
}

}  // namespace batchscope
