#include "analysis/claims/target.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_target {
namespace {

TEST(DeepestSharedValidationLoss, IsTheLargestOfTheLowest) {
    MadeUpStudy study;
    study.add(16, 1).history.validation_loss = {2.3, 0.4};
    study.add(64, 1).history.validation_loss = {2.3, 0.7};
    study.add(64, 2).history.validation_loss = {2.3, 0.9};  // of a seed that 16 lacks
    const Recipe recipe = recipes_of(study.summary()).front();
    const auto arms = judged_arms(recipe);
    EXPECT_EQ(deepest_shared_validation_loss(arms, {1}), 0.7);
    EXPECT_EQ(deepest_shared_validation_loss({arms[1]}, {1, 2}), 0.9);
    EXPECT_TRUE(std::isnan(deepest_shared_validation_loss({}, {})));
}

TEST(LogTimeToTarget, IsTheMeanOfLogarithmsOverTheBatchSizesOfAGroup) {
    MadeUpStudy study;
    study.add(16, 1).history.seconds = {0, 10};
    study.add(32, 1).history.seconds = {0, 40};
    const Recipe recipe = recipes_of(study.summary()).front();
    const SizeGroup group{"small", judged_arms(recipe)};
    const GroupTime time = log_time_to_target(group, {1}, 0.6, &History::seconds);
    EXPECT_EQ(time.reached, 1);
    EXPECT_EQ(time.first_missed, 0);
    EXPECT_NEAR(time.log_time.at(1), std::log(20.0), 1e-12);
    // Half way down, half way in time.
    EXPECT_NEAR(log_time_to_target(group, {1}, 1.45, &History::seconds).log_time.at(1),
                std::log(10.0), 1e-12);
}

TEST(LogTimeToTarget, LeavesOutASeedOfWhichOneRunMissed) {
    MadeUpStudy study;
    for (const std::uint64_t seed : {1U, 2U}) {
        study.add(16, seed);
        study.add(32, seed).history.validation_loss.back() = seed == 2 ? 0.8 : 0.6;
    }
    const Recipe recipe = recipes_of(study.summary()).front();
    const SizeGroup group{"small", judged_arms(recipe)};
    const GroupTime time = log_time_to_target(group, {1, 2}, 0.6, &History::examples);
    EXPECT_EQ(time.reached, 1);
    EXPECT_EQ(time.first_missed, 32);
    EXPECT_FALSE(time.log_time.contains(2));
    EXPECT_EQ(log_time_to_target(group, {1, 2}, unknown, &History::examples).reached, 0);
}

}  // namespace
}  // namespace batchscope::tests_of_target
