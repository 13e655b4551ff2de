#include "training/run_check.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace batchscope {
namespace {

Dataset images() {
    Dataset dataset;
    dataset.classes = 10;
    dataset.example_shape = {1, 28, 28};
    return dataset;
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
        (void)check_run(run, images(), train_examples, ranks, true);
        ADD_FAILURE() << "accepted, expected: " << part;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::configuration);
        EXPECT_NE(error.problem().find(part), std::string::npos) << error.problem();
    }
}

TEST(MicroBatch, IsTheSettingUpToTheShare) {
    auto run = settings(512);
    run.training.micro_batch_size = 100;
    EXPECT_EQ(micro_batch_of(run, 512, true), 100);
    EXPECT_EQ(micro_batch_of(run, 64, true), 64);
    EXPECT_EQ(micro_batch_of(run, 0, true), 1);  // an empty share
}

TEST(MicroBatch, SuitsTheDeviceWhereItIsAutomatic) {
    const auto run = settings(100'000);
    EXPECT_EQ(micro_batch_of(run, 300, true), 300);
    EXPECT_LT(micro_batch_of(run, 100'000, true), 2000);
    EXPECT_GT(micro_batch_of(run, 100'000, false), micro_batch_of(run, 100'000, true));
}

// With global statistics several chunks would be computed twice.
TEST(MicroBatch, IsTheWholeShareUnderGlobalBatchNorm) {
    auto run = settings(100'000);
    run.model.values["batch_norm"] = true;
    EXPECT_EQ(micro_batch_of(run, 50'000, true), 50'000);
    run.training.micro_batch_size = 64;
    EXPECT_EQ(micro_batch_of(run, 50'000, true), 64);
}

TEST(MicroBatch, HoldsWholeGhostGroups) {
    for (const std::int64_t size : {2, 3, 48, 511, 513, 5000}) {
        const auto run = ghost(100'000, size);
        for (const bool on_cpu : {true, false}) {
            const std::int64_t micro_batch = micro_batch_of(run, 90'000, on_cpu);
            EXPECT_EQ(micro_batch % size, 0) << size;
            EXPECT_GE(micro_batch, size);
        }
        EXPECT_EQ(micro_batch_of(run, 1, true), 1);
    }
}

TEST(CheckRun, HasNothingAgainstARunThatFits) {
    EXPECT_TRUE(check_run(settings(64), images(), 6400, 3, true).empty());
    EXPECT_TRUE(check_run(settings(6400), images(), 6400, 3, true).empty());
}

TEST(CheckRun, WarnsOfALastBatchUnderAnEighth) {
    EXPECT_TRUE(check_run(settings(64), images(), 648, 1, true).empty());  // 8 of 64
    const auto warnings = check_run(settings(64), images(), 647, 1, true);
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings[0].find("holds 7 of 64"), std::string::npos) << warnings[0];
    EXPECT_NE(warnings[0].find("data.train_examples: 640"), std::string::npos) << warnings[0];
}

TEST(CheckRun, WarnsOfAWarmUpUnderTwentySteps) {
    auto run = settings(64);
    run.training.warmup_epochs = 0.2;  // 20 steps of 100
    EXPECT_TRUE(check_run(run, images(), 6400, 1, true).empty());
    run.training.warmup_epochs = 0.19;
    const auto warnings = check_run(run, images(), 6400, 1, true);
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings[0].find("19 steps at batch size 64"), std::string::npos) << warnings[0];
}

TEST(CheckRun, RefusesABatchLargerThanTheData) {
    expect_refusal(settings(128), 100, 1, "128");
}

TEST(CheckRun, RefusesAScalingThatEnds) {
    auto run = settings(1024);
    run.training.reference_batch_size = 64;
    run.training.learning_rate_scaling = LearningRateScaling::sqrt_adam;
    run.training.optimizer.name = "adamw";
    expect_refusal(run, 6400, 1, "sqrt_adam");
}

TEST(CheckRun, RefusesANetworkThatDoesNotFitTheData) {
    auto run = settings(64);
    run.model.name = "simple_cnn";
    EXPECT_NO_THROW((void)check_run(run, images(), 6400, 1, true));
    Dataset flat = images();
    flat.example_shape = {784};
    EXPECT_THROW((void)check_run(run, flat, 6400, 1, true), Error);
}

TEST(CheckRun, RefusesGhostGroupsThatABatchOfTheRunWouldBreak) {
    EXPECT_NO_THROW((void)check_run(ghost(64, 16), images(), 6400, 4, true));
    expect_refusal(ghost(64, 16), 6400, 3, "straddle ranks 0 and 1");
    // The last batch of an epoch: 32 + 8 examples on one rank, shares of 20 on two.
    EXPECT_NO_THROW((void)check_run(ghost(64, 16), images(), 6400 + 40, 1, true));
    expect_refusal(ghost(64, 16), 6400 + 40, 2, "a batch of 40 on 2 rank(s)");
    expect_refusal(ghost(64, 16), 6400 + 33, 1, "one example");
    auto run = ghost(64, 16);
    run.training.micro_batch_size = 24;
    expect_refusal(run, 6400, 1, "micro-batches of 24");
}

// The last batch of a budget is smaller, too: on two ranks its groups would be others than on one.
TEST(CheckRun, RefusesGhostGroupsThatTheLastBatchOfTheBudgetWouldBreak) {
    auto run = ghost(64, 16);
    run.training.budget = {};
    run.training.budget.examples = 6400 + 40;
    EXPECT_NO_THROW((void)check_run(run, images(), 6400, 1, true));
    expect_refusal(run, 6400, 2, "a batch of 40 on 2 rank(s)");
    run.training.budget.examples = 33;
    expect_refusal(run, 6400, 1, "one example");
    run.training.budget = {};
    run.training.budget.epochs = 1.00625;
    expect_refusal(run, 6400, 2, "a batch of 40 on 2 rank(s)");
}

// A run that ends before its first epoch does never has the last batch of an epoch.
TEST(CheckRun, JudgesNoBatchThatTheRunNeverHas) {
    auto run = ghost(64, 16);
    run.training.budget = {};
    run.training.budget.steps = 3;
    EXPECT_NO_THROW((void)check_run(run, images(), 6400 + 40, 2, true));
    EXPECT_TRUE(check_run(run, images(), 6400 + 1, 2, true).empty());
}

TEST(CheckRun, GroupsOfTheNoiseScaleHoldWholeGhostGroups) {
    auto run = ghost(64, 8);
    run.training.noise_groups = 4;
    EXPECT_TRUE(check_run(run, images(), 6400, 2, true).empty());
    expect_refusal(run, 6400, 8, "would cut ghost groups of 8 examples apart");
    run.training.noise_groups = 3;
    expect_refusal(run, 6400, 1, "3 groups of each share of a batch of 64");
}

}  // namespace
}  // namespace batchscope
