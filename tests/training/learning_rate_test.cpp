#include "training/learning_rate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/error.hpp"

namespace batchscope::tests_of_learning_rate {
namespace {

TrainingSettings settings(std::int64_t batch_size,
                          LearningRateScaling scaling = LearningRateScaling::none) {
    TrainingSettings training;
    training.batch_size = batch_size;
    training.learning_rate = 0.1;
    training.reference_batch_size = 64;
    training.learning_rate_scaling = scaling;
    return training;
}

constexpr std::int64_t split = 1000;

TEST(LearningRate, PeakFollowsTheRule) {
    const auto peak = [](std::int64_t batch_size, LearningRateScaling scaling) {
        return LearningRateSchedule(settings(batch_size, scaling), split, 10 * split).peak();
    };
    EXPECT_EQ(peak(256, LearningRateScaling::none), 0.1);
    EXPECT_DOUBLE_EQ(peak(256, LearningRateScaling::linear), 0.4);
    EXPECT_DOUBLE_EQ(peak(16, LearningRateScaling::linear), 0.025);
    EXPECT_DOUBLE_EQ(peak(256, LearningRateScaling::sqrt), 0.2);
    EXPECT_DOUBLE_EQ(peak(256, LearningRateScaling::sqrt_adam), 0.2);
    for (const auto scaling : {LearningRateScaling::none, LearningRateScaling::linear,
                               LearningRateScaling::sqrt, LearningRateScaling::sqrt_adam}) {
        EXPECT_EQ(peak(64, scaling), 0.1);
    }
}

TEST(LearningRate, WarmUpRisesFromTheBaseRateAtTheMidpointsOfTheSteps) {
    auto training = settings(256, LearningRateScaling::linear);
    training.warmup_epochs = 2;
    const LearningRateSchedule rate(training, split, 10 * split);
    EXPECT_DOUBLE_EQ(rate.at(0, 256), 0.1 + 0.3 * 128 / 2000);
    EXPECT_DOUBLE_EQ(rate.at(768, 232), 0.1 + 0.3 * 884 / 2000);  // the short end of an epoch
    EXPECT_DOUBLE_EQ(rate.at(1000, 256), 0.1 + 0.3 * 1128 / 2000);
    EXPECT_DOUBLE_EQ(rate.at(2000, 256), 0.4);
    EXPECT_EQ(rate.warmup_steps(), 8);
    EXPECT_EQ(LearningRateSchedule(settings(256), split, 10 * split).warmup_steps(), 0);
}

TEST(LearningRate, WarmUpNeverStartsAboveThePeak) {
    auto training = settings(16, LearningRateScaling::linear);
    training.warmup_epochs = 2;
    const LearningRateSchedule rate(training, split, 10 * split);
    EXPECT_DOUBLE_EQ(rate.at(0, 16), 0.025);
    EXPECT_DOUBLE_EQ(rate.at(1984, 16), 0.025);
}

TEST(LearningRate, CosineFallsFromThePeakToItsFinalFraction) {
    auto training = settings(100);
    training.schedule = ScheduleKind::cosine;
    training.final_fraction = 0.2;
    const LearningRateSchedule rate(training, split, 2000);
    const auto expected = [](double fraction) {
        return 0.1 * (0.2 + 0.8 * 0.5 * (1 + std::cos(std::numbers::pi * fraction)));
    };
    EXPECT_DOUBLE_EQ(rate.at(0, 100), expected(50.0 / 2000));
    EXPECT_DOUBLE_EQ(rate.at(950, 100), expected(0.5));
    EXPECT_DOUBLE_EQ(rate.at(950, 100), 0.06);
    EXPECT_DOUBLE_EQ(rate.at(1900, 100), expected(1950.0 / 2000));
    EXPECT_DOUBLE_EQ(rate.at(2000, 0), 0.02);
}

TEST(LearningRate, CosineBeginsAfterTheWarmUp) {
    auto training = settings(256, LearningRateScaling::linear);
    training.schedule = ScheduleKind::cosine;
    training.warmup_epochs = 1;
    const LearningRateSchedule rate(training, split, 3000);
    EXPECT_DOUBLE_EQ(rate.at(1000, 0), 0.4);
    EXPECT_DOUBLE_EQ(rate.at(2000, 0), 0.2);
    EXPECT_NEAR(rate.at(3000, 0), 0.0, 1e-17);
}

TEST(LearningRate, CosineOfABudgetOfSecondsFollowsTheClock) {
    auto training = settings(100);
    training.schedule = ScheduleKind::cosine;
    const LearningRateSchedule rate(training, split, {});
    EXPECT_DOUBLE_EQ(rate.at(123456, 100, 0.0), 0.1);
    EXPECT_DOUBLE_EQ(rate.at(0, 100, 0.5), 0.05);
    EXPECT_NEAR(rate.at(0, 100, 1.7), 0.0, 1e-17);  // a late last step does not rise again
}

TEST(LearningRate, StepFallsAtItsEpochs) {
    auto training = settings(100);
    training.schedule = ScheduleKind::step;
    training.step_epochs = {1, 1.5};
    training.step_factor = 0.5;
    const LearningRateSchedule rate(training, split, 3000);
    EXPECT_DOUBLE_EQ(rate.at(900, 100), 0.1);
    EXPECT_DOUBLE_EQ(rate.at(1000, 100), 0.05);
    EXPECT_DOUBLE_EQ(rate.at(1400, 100), 0.05);
    EXPECT_DOUBLE_EQ(rate.at(1500, 100), 0.025);
    EXPECT_DOUBLE_EQ(rate.at(2900, 100), 0.025);
}

TEST(LearningRate, IsTheSameCurveOfExamplesForEveryBatchSize) {
    for (const auto kind : {ScheduleKind::constant, ScheduleKind::cosine, ScheduleKind::step}) {
        const auto schedule = [&](std::int64_t batch_size) {
            auto training = settings(batch_size);
            training.schedule = kind;
            training.warmup_epochs = 0.5;
            training.step_epochs = {1};
            return LearningRateSchedule(training, split, 3000);
        };
        const auto small = schedule(2);
        for (const std::int64_t batch_size : {10, 100, 1000}) {
            const auto large = schedule(batch_size);
            for (std::int64_t before = 0; before < 3000; before += batch_size) {
                const std::int64_t midpoint = before + batch_size / 2;
                EXPECT_EQ(large.at(before, batch_size), small.at(midpoint - 1, 2)) << midpoint;
            }
        }
    }
}

TEST(LearningRate, ARuleNeedsAReference) {
    auto training = settings(128, LearningRateScaling::linear);
    training.reference_batch_size.reset();
    EXPECT_THROW(LearningRateSchedule(training, split, 3000), Error);
}

}  // namespace
}  // namespace batchscope::tests_of_learning_rate
