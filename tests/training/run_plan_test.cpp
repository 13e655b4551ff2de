#include "training/run_plan.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/error.hpp"

namespace batchscope::tests_of_run_plan {
namespace {

/// Images without pixels: a plan asks for their shape and number alone.
DeviceData images(std::int64_t train_examples) {
    DeviceData data;
    data.classes = 10;
    data.example_shape = {1, 28, 28};
    data.train.inputs = at::empty({train_examples, 0});
    data.train.targets = at::empty({train_examples});
    return data;
}

RunSettings settings(std::int64_t batch_size) {
    RunSettings run;
    run.training.batch_size = batch_size;
    run.training.budget.epochs = 2;
    return run;
}

RunSettings ghost(std::int64_t batch_size, std::int64_t size) {
    auto run = settings(batch_size);
    run.model.values["batch_norm"] = true;
    run.batch_norm = {BatchNormStatistics::ghost, size};
    return run;
}

void expect_refusal(const RunSettings& run, std::int64_t train_examples, int ranks,
                    const std::string& part) {
    try {
        (void)plan_run(run, images(train_examples), ranks);
        ADD_FAILURE() << "accepted, expected: " << part;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::configuration);
        EXPECT_NE(error.problem().find(part), std::string::npos) << error.problem();
    }
}

TEST(RunPlan, HasNothingAgainstARunThatFits) {
    EXPECT_TRUE(plan_run(settings(64), images(6400), 3).warnings.empty());
    EXPECT_TRUE(plan_run(settings(6400), images(6400), 3).warnings.empty());
}

// The one plan is what is printed, recorded and trained from.
TEST(RunPlan, HoldsWhatTheRunWillDo) {
    auto run = settings(100);
    run.training.reference_batch_size = 50;
    run.training.learning_rate = 0.3;
    run.training.learning_rate_scaling = LearningRateScaling::linear;
    run.training.optimizer.weight_decay = 0.01;
    run.training.optimizer.weight_decay_scaling = WeightDecayScaling::per_epoch;
    run.training.micro_batch_size = 7;
    const RunPlan plan = plan_run(run, images(1010), 3);
    EXPECT_EQ(plan.local_batches, (std::vector<std::int64_t>{33, 33, 34}));
    EXPECT_EQ(plan.micro_batch_size, 7);
    EXPECT_EQ(plan.learning_rate.peak(), 0.6);
    EXPECT_DOUBLE_EQ(plan.optimizer.weight_decay, 0.01);  // twice the rate, half the steps
    EXPECT_EQ(plan.schedule.total_examples(), 2020);
    EXPECT_EQ(plan.schedule.last_batch_of_epoch(), 10);
    EXPECT_FALSE(plan.network.has_batch_norm());
}

TEST(RunPlan, WarnsOfALastBatchUnderAnEighth) {
    EXPECT_TRUE(plan_run(settings(64), images(648), 1).warnings.empty());  // 8 of 64
    const auto warnings = plan_run(settings(64), images(647), 1).warnings;
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings[0].find("holds 7 of 64"), std::string::npos) << warnings[0];
    EXPECT_NE(warnings[0].find("data.train_examples: 640"), std::string::npos) << warnings[0];
}

TEST(RunPlan, WarnsOfAWarmUpUnderTwentySteps) {
    auto run = settings(64);
    run.training.warmup_epochs = 0.2;  // 20 steps of 100
    EXPECT_TRUE(plan_run(run, images(6400), 1).warnings.empty());
    run.training.warmup_epochs = 0.19;
    const auto warnings = plan_run(run, images(6400), 1).warnings;
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings[0].find("19 steps at batch size 64"), std::string::npos) << warnings[0];
}

TEST(RunPlan, RefusesABatchLargerThanTheData) {
    expect_refusal(settings(128), 100, 1, "128");
}

TEST(RunPlan, RefusesAScalingThatEnds) {
    auto run = settings(1024);
    run.training.reference_batch_size = 64;
    run.training.learning_rate_scaling = LearningRateScaling::sqrt_adam;
    run.training.optimizer.name = "adamw";
    expect_refusal(run, 6400, 1, "sqrt_adam");
}

TEST(RunPlan, RefusesANetworkThatDoesNotFitTheData) {
    auto run = settings(64);
    run.model.name = "simple_cnn";
    EXPECT_NO_THROW((void)plan_run(run, images(6400), 1));
    DeviceData flat = images(6400);
    flat.example_shape = {784};
    EXPECT_THROW((void)plan_run(run, flat, 1), Error);
}

TEST(RunPlan, RefusesGhostGroupsThatABatchOfTheRunWouldBreak) {
    EXPECT_NO_THROW((void)plan_run(ghost(64, 16), images(6400), 4));
    expect_refusal(ghost(64, 16), 6400, 3, "straddle ranks 0 and 1");
    // The last batch of an epoch: 32 + 8 examples on one rank, local batches of 20 on two.
    EXPECT_NO_THROW((void)plan_run(ghost(64, 16), images(6400 + 40), 1));
    expect_refusal(ghost(64, 16), 6400 + 40, 2, "a batch of 40 on 2 rank(s)");
    expect_refusal(ghost(64, 16), 6400 + 33, 1, "one example");
    auto run = ghost(64, 16);
    run.training.micro_batch_size = 24;
    expect_refusal(run, 6400, 1, "micro-batches of 24");
}

// The last batch of a budget is smaller, too: on two ranks its groups would be others than on one.
TEST(RunPlan, RefusesGhostGroupsThatTheLastBatchOfTheBudgetWouldBreak) {
    auto run = ghost(64, 16);
    run.training.budget = {};
    run.training.budget.examples = 6400 + 40;
    EXPECT_NO_THROW((void)plan_run(run, images(6400), 1));
    expect_refusal(run, 6400, 2, "a batch of 40 on 2 rank(s)");
    run.training.budget.examples = 33;
    expect_refusal(run, 6400, 1, "one example");
    run.training.budget = {};
    run.training.budget.epochs = 1.00625;
    expect_refusal(run, 6400, 2, "a batch of 40 on 2 rank(s)");
}

// A run that ends before its first epoch does never has the last batch of an epoch.
TEST(RunPlan, JudgesNoBatchThatTheRunNeverHas) {
    auto run = ghost(64, 16);
    run.training.budget = {};
    run.training.budget.steps = 3;
    EXPECT_NO_THROW((void)plan_run(run, images(6400 + 40), 2));
    EXPECT_TRUE(plan_run(run, images(6400 + 1), 2).warnings.empty());
}

TEST(RunPlan, GroupsOfTheNoiseScaleHoldWholeGhostGroups) {
    auto run = ghost(64, 8);
    run.training.noise_groups = 4;
    EXPECT_TRUE(plan_run(run, images(6400), 2).warnings.empty());
    expect_refusal(run, 6400, 8, "would cut ghost groups of 8 examples apart");
    run.training.noise_groups = 3;
    expect_refusal(run, 6400, 1, "3 groups of each local batch of a batch of 64");
}

}  // namespace
}  // namespace batchscope::tests_of_run_plan
