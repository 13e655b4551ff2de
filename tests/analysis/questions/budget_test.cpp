#include "analysis/questions/budget.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/analysis/questions/made_up_study.hpp"

namespace batchscope::tests_of_budget {
namespace {

const Budget* find(const std::vector<Budget>& budgets, Moment moment) {
    const auto found = std::find_if(budgets.begin(), budgets.end(), [moment](const Budget& budget) {
        return budget.moment == moment;
    });
    return found == budgets.end() ? nullptr : &*found;
}

TEST(BudgetsOf, EqualStepsAreTheFewestThatARunMade) {
    MadeUpStudy study;
    study.add(16, 1).history.steps = {0, 400};
    study.add(64, 1).history.steps = {0, 100};
    const auto recipes = recipes_of(study.summary());
    const auto budgets = budgets_of(recipes[0]);
    ASSERT_NE(find(budgets, Moment::equal_steps), nullptr);
    EXPECT_EQ(find(budgets, Moment::equal_steps)->amount, 100);
    EXPECT_EQ(find(budgets, Moment::equal_epochs)->amount, 10);
    // At a quarter of the way from 2.3 to 0.5.
    EXPECT_DOUBLE_EQ(metric_at(*recipes[0].arms[0].runs.at(1), *find(budgets, Moment::equal_steps),
                               &History::train_loss),
                     2.3 - 0.25 * 1.8);
}

TEST(ReadingErrorAt, IsNoneAtARowAndFromTheFirstRowOnTheFartherEnd) {
    MadeUpStudy study;
    study.add(16, 1).history.steps = {0, 400};
    study.add(64, 1).history.steps = {0, 100};
    const auto recipes = recipes_of(study.summary());
    const Budget budget = *find(budgets_of(recipes[0]), Moment::equal_steps);
    const auto error = [&](std::size_t arm, const Budget& at) {
        return reading_error_at(*recipes[0].arms[arm].runs.at(1), at, &History::train_loss);
    };
    EXPECT_EQ(error(1, budget), 0);
    EXPECT_DOUBLE_EQ(error(0, budget), 0.75 * 1.8) << "read at 1.85, on the way from 2.3 to 0.5";
    EXPECT_EQ(error(0, Budget{}), 0) << "at the end";
}

TEST(BudgetsOf, APointInsideADecayingScheduleIsFlagged) {
    for (const char* schedule : {"constant", "cosine", "step"}) {
        MadeUpStudy study;
        AnalyzedRun& longer = study.add(16, 1);
        longer.history.steps = {0, 400};
        longer.settings = std::make_shared<const std::map<std::string, std::string>>(
            std::map<std::string, std::string>{{"training.schedule", schedule}});
        study.add(64, 1).history.steps = {0, 100};
        const auto recipes = recipes_of(study.summary());
        const auto budgets = budgets_of(recipes[0]);
        EXPECT_EQ(find(budgets, Moment::equal_steps)->inside_schedule,
                  std::string(schedule) != "constant");
        EXPECT_FALSE(find(budgets, Moment::equal_epochs)->inside_schedule)
            << "all runs ended there";
    }
}

TEST(BudgetsOf, SecondsOfDifferentMachinesAreFlagged) {
    MadeUpStudy study;
    study.add(16, 1);
    study.add(64, 1).ranks = 4;
    const auto recipes = recipes_of(study.summary());
    EXPECT_TRUE(find(budgets_of(recipes[0]), Moment::equal_seconds)->different_machines);
    EXPECT_FALSE(find(budgets_of(recipes[0]), Moment::equal_steps)->different_machines);
}

TEST(BudgetsOf, AClockThatARunLacksIsLeftOut) {
    MadeUpStudy study;
    study.add(16, 1).history.seconds = {unknown, unknown};
    study.add(64, 1);
    const auto recipes = recipes_of(study.summary());
    EXPECT_EQ(find(budgets_of(recipes[0]), Moment::equal_seconds), nullptr);
}

TEST(MetricAtABudget, OfTheBestValidationIsOfItsRow) {
    MadeUpStudy study;
    AnalyzedRun& run = study.add(16, 1);
    run.history.epoch = {0, 5, 10};
    run.history.steps = {0, 50, 100};
    run.history.examples = {0, 3200, 6400};
    run.history.seconds = {0, 5, 10};
    run.history.train_loss = {2.3, 0.8, 0.3};
    run.history.validation_loss = {2.3, 0.7, 0.9};
    run.history.test_loss = {2.3, 0.75, 0.95};
    for (auto column : {&History::train_accuracy, &History::validation_accuracy,
                        &History::test_accuracy, &History::peak_memory_bytes}) {
        run.history.*column = {0.1, 0.5, 0.9};
    }
    study.add(64, 1);
    const auto recipes = recipes_of(study.summary());
    const auto budgets = budgets_of(recipes[0]);
    const Budget& best = *find(budgets, Moment::best_validation);
    EXPECT_EQ(metric_at(*recipes[0].arms[0].runs.at(1), best, &History::train_loss), 0.8);
    EXPECT_TRUE(best.unequal_looks) << "three evaluations against two";
}

}  // namespace
}  // namespace batchscope::tests_of_budget
