#include "analysis/questions/recipe.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope::tests_of_recipe {
namespace {

std::map<std::string, AttributeValue> rule(const std::string& name) {
    return {{"training.learning_rate_scaling", name}};
}

std::map<std::string, AttributeValue> rate(double value) {
    return {{"training.learning_rate", value}};
}

TEST(RecipesOf, AStudyWithoutOtherAxesIsOneWithoutAName) {
    MadeUpStudy study;
    for (const std::int64_t batch_size : {256, 16}) {
        for (const std::uint64_t seed : {2U, 1U}) {
            study.add(batch_size, seed);
        }
    }
    const auto recipes = recipes_of(study.summary());
    ASSERT_EQ(recipes.size(), 1U);
    EXPECT_EQ(recipes[0].name, "");
    EXPECT_FALSE(recipes[0].tuned);
    ASSERT_EQ(recipes[0].arms.size(), 2U);
    EXPECT_EQ(recipes[0].arms[0].batch_size, 16);
    EXPECT_EQ(common_seeds({&recipes[0].arms[0], &recipes[0].arms[1]}),
              (std::vector<std::uint64_t>{1, 2}));
}

TEST(RecipesOf, EachValueOfAnotherAxisIsARecipe) {
    MadeUpStudy study;
    for (const char* name : {"none", "linear"}) {
        study.add(16, 1, rule(name));
        study.add(64, 1, rule(name));
    }
    const auto recipes = recipes_of(study.summary());
    ASSERT_EQ(recipes.size(), 2U);
    EXPECT_EQ(recipes[0].name, "learning_rate_scaling linear");
    EXPECT_EQ(recipes[1].name, "learning_rate_scaling none");
}

TEST(RecipesOf, AnArmKeepsNoRunThatDoesNotCount) {
    MadeUpStudy study;
    study.add(16, 1);
    study.add(64, 1).status = RunStatus::diverged;
    study.add(64, 2).collapsed = true;
    const auto recipes = recipes_of(study.summary());
    ASSERT_EQ(recipes[0].arms.size(), 2U);
    EXPECT_TRUE(recipes[0].arms[1].runs.empty());
    EXPECT_EQ(recipes[0].arms[1].uncounted.at(1), Standing::diverged);
    EXPECT_EQ(recipes[0].arms[1].uncounted.at(2), Standing::collapsed);
}

TEST(RecipesOf, TheRateOfASeedIsChosenByTheOtherSeeds) {
    MadeUpStudy study;
    // 0.1 is best on seeds 1 and 2, 0.2 on seed 3 by so much that it has the lowest mean.
    const double losses[2][3] = {{0.50, 0.50, 0.60}, {0.52, 0.52, 0.10}};
    for (std::size_t r = 0; r < 2; ++r) {
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            study.add(16, seed, rate(r == 0 ? 0.1 : 0.2)).history.validation_loss = {
                2.3, losses[r][seed - 1]};
        }
    }
    const auto recipes = recipes_of(study.summary());
    ASSERT_EQ(recipes.size(), 1U);
    EXPECT_TRUE(recipes[0].tuned);
    const Arm& arm = recipes[0].arms[0];
    EXPECT_EQ(arm.best_rate, 0.2);
    EXPECT_TRUE(arm.best_rate_at_edge);
    EXPECT_EQ(arm.runs.at(1)->axes, rate(0.2)) << "seeds 2 and 3 prefer 0.2";
    EXPECT_EQ(arm.runs.at(2)->axes, rate(0.2)) << "seeds 1 and 3 prefer 0.2";
    EXPECT_EQ(arm.runs.at(3)->axes, rate(0.1)) << "seeds 1 and 2 prefer 0.1; 3 has no vote";
}

TEST(RecipesOf, ARateThatDivergesIsNeverBest) {
    MadeUpStudy study;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        study.add(16, seed, rate(0.1)).history.validation_loss = {2.3, 0.5};
        study.add(16, seed, rate(0.2)).history.validation_loss = {2.3, 0.5};
        study.add(16, seed, rate(0.4)).history.validation_loss = {2.3, 0.2};
    }
    auto& diverged = study.add(16, 4, rate(0.4));
    diverged.status = RunStatus::diverged;
    study.add(16, 4, rate(0.1)).history.validation_loss = {2.3, 0.4};
    study.add(16, 4, rate(0.2)).history.validation_loss = {2.3, 0.3};
    const Arm arm = recipes_of(study.summary())[0].arms[0];
    EXPECT_EQ(arm.best_rate, 0.2);
    EXPECT_FALSE(arm.best_rate_at_edge);
    EXPECT_EQ(arm.runs.at(1)->axes, rate(0.2));
    EXPECT_FALSE(arm.runs.contains(4)) << "the others would have chosen 0.4, which diverges on 4";
}

TEST(RecipesOf, WithOneSeedTheRateIsChosenOnItselfAndSaysSo) {
    MadeUpStudy study;
    study.add(16, 1, rate(0.1)).history.validation_loss = {2.3, 0.5};
    study.add(16, 1, rate(0.2)).history.validation_loss = {2.3, 0.4};
    const Arm arm = recipes_of(study.summary())[0].arms[0];
    EXPECT_TRUE(arm.chosen_on_itself);
    EXPECT_EQ(arm.runs.at(1)->axes, rate(0.2));
}

TEST(RecipesOf, WithoutValidationLossesEachRateIsARecipe) {
    MadeUpStudy study;
    study.add(16, 1, rate(0.1)).history.validation_loss = {unknown, unknown};
    study.add(16, 1, rate(0.2)).history.validation_loss = {unknown, unknown};
    const auto recipes = recipes_of(study.summary());
    ASSERT_EQ(recipes.size(), 2U);
    EXPECT_FALSE(recipes[0].tuned);
    EXPECT_EQ(recipes[0].name, "learning_rate 0.1");
}

TEST(RecipesOf, NeverLooksAtTheTestSplit) {
    const auto chosen_with_test_loss = [](double a, double b) {
        MadeUpStudy study;
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            study.add(16, seed, rate(0.1)).history.test_loss = {2.3, a};
            AnalyzedRun& other = study.add(16, seed, rate(0.2));
            other.history.test_loss = {2.3, b};
            other.history.validation_loss = {2.3, 0.59};
        }
        return recipes_of(study.summary())[0].arms[0].best_rate;
    };
    EXPECT_EQ(chosen_with_test_loss(0.1, 0.9), 0.2);
    EXPECT_EQ(chosen_with_test_loss(0.9, 0.1), 0.2);
}

}  // namespace
}  // namespace batchscope::tests_of_recipe
