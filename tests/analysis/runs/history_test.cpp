#include "analysis/runs/history.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/analysis/example_study.hpp"

namespace batchscope::tests_of_history {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(MakeHistory, SumsTheTimeOfTrainingAlone) {
    RunRecord run = example_run(10, 2);
    run.epochs.training_seconds = {7.0, 2.0, 3.0};  // the first row is from before training
    const History history = make_history(run);
    EXPECT_EQ(history.seconds, (std::vector<double>{0, 2, 5}));
    EXPECT_EQ(history.steps, (std::vector<double>{0, 5, 10}));
    EXPECT_EQ(history.examples, (std::vector<double>{0, 320, 640}));
    EXPECT_EQ(history.peak_memory_bytes, (std::vector<double>{1000, 1001, 1002}));
}

TEST(MakeHistory, OfARunWithoutRowsIsEmpty) {
    RunRecord run;
    EXPECT_TRUE(make_history(run).epoch.empty());
    EXPECT_TRUE(make_history(run).step_loss_variance.empty());
}

TEST(MakeHistory, FindsTheNoiseOfStepLossesWithoutTheirTrend) {
    RunRecord run = example_run(2000, 1);
    for (std::size_t i = 0; i < run.steps.train_loss.size(); ++i) {
        // A falling line, and noise of variance 0.01.
        run.steps.train_loss[i] = 3.0 - 0.001 * static_cast<double>(i) + (i % 2 == 0 ? 0.1 : -0.1);
    }
    const History history = make_history(run);
    ASSERT_EQ(history.step_loss_variance.size(), 2U);
    EXPECT_TRUE(std::isnan(history.step_loss_variance[0])) << "before training there are no steps";
    // Alternating: each second difference is 0.4, and 0.4^2 / 6 of them the noise.
    EXPECT_NEAR(history.step_loss_variance[1], 0.16 / 6, 1e-6);
}

TEST(MakeHistory, LeavesTheSmallerLastBatchOfAnEpochOutOfTheNoise) {
    RunRecord run = example_run(8, 2);
    run.steps.batch_examples = {64, 64, 64, 1, 64, 64, 64, 1};
    run.steps.examples = {64, 128, 192, 193, 257, 321, 385, 386};
    run.epochs.examples = {0, 193, 386};
    run.steps.train_loss = {1, 1, 1, 50, 2, 2, 2, 50};
    const History history = make_history(run);
    EXPECT_EQ(history.step_loss_variance[1], 0.0);
    EXPECT_EQ(history.step_loss_variance[2], 0.0);
}

TEST(MakeHistory, SumsTheNoiseScalePartsBetweenRows) {
    RunRecord run = example_run(10, 2);
    run.steps.gradient_covariance_trace = {1, 2, 3, nan, 5, nan, nan, nan, nan, nan};
    run.steps.gradient_square = {10, 20, 30, 40, nan, 1, 1, 1, 1, 1};
    const History history = make_history(run);
    ASSERT_EQ(history.gradient_square.size(), 3U);
    EXPECT_TRUE(std::isnan(history.gradient_square[0])) << "before training there are no steps";
    EXPECT_EQ(history.gradient_covariance_trace[1], 6) << "of the steps that have both";
    EXPECT_EQ(history.gradient_square[1], 60);
    EXPECT_TRUE(std::isnan(history.gradient_covariance_trace[2]));
    EXPECT_TRUE(std::isnan(history.gradient_square[2]));
}

TEST(MetricAt, IsARowOrOnTheLineBetweenTwo) {
    const std::vector<double> clock{0, 2, 4};
    const std::vector<double> metric{1.0, 0.5, 0.1};
    EXPECT_EQ(metric_at(clock, metric, 2), 0.5);
    EXPECT_DOUBLE_EQ(metric_at(clock, metric, 3), 0.3);
    EXPECT_TRUE(std::isnan(metric_at(clock, metric, 4.1)));
    EXPECT_TRUE(std::isnan(metric_at(clock, metric, -1)));
    EXPECT_TRUE(std::isnan(metric_at({}, {}, 0)));
}

TEST(MetricAt, PassesOverRowsWithoutTheMetric) {
    EXPECT_DOUBLE_EQ(metric_at({0, 1, 2}, {1.0, nan, 0.0}, 1), 0.5);
    EXPECT_TRUE(std::isnan(metric_at({0, 1, 2}, {nan, nan, 0.0}, 1)));
    EXPECT_TRUE(std::isnan(metric_at({0, 1, 2}, {1.0, 0.5, nan}, 2)));
}

}  // namespace
}  // namespace batchscope::tests_of_history
