#include "training/scaling_rule.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"
#include "optimizers/adamw.hpp"

namespace batchscope::tests_of_scaling_rule {
namespace {

TrainingSettings settings_with(LearningRateScaling scaling, std::int64_t batch,
                               std::int64_t reference) {
    TrainingSettings training;
    training.learning_rate = 0.013;
    training.learning_rate_scaling = scaling;
    training.batch_size = batch;
    training.reference_batch_size = reference;
    return training;
}

TEST(PeakLearningRate, FollowsTheRuleExactly) {
    for (const std::int64_t batch : {1, 16, 100, 128, 1000, 55000}) {
        const auto b = static_cast<double>(batch);
        for (const std::int64_t reference : {1, 64, 100, 256}) {
            const auto r = static_cast<double>(reference);
            const auto peak = [&](LearningRateScaling scaling) {
                return peak_learning_rate(settings_with(scaling, batch, reference));
            };
            EXPECT_EQ(peak(LearningRateScaling::none), 0.013);
            if (batch != reference) {
                EXPECT_EQ(peak(LearningRateScaling::linear), 0.013 * b / r);
            }
            EXPECT_EQ(peak(LearningRateScaling::sqrt), 0.013 * std::sqrt(b / r));
            EXPECT_EQ(peak(LearningRateScaling::sqrt_adam), 0.013 * std::sqrt(b / r));
        }
    }
}

TEST(PeakLearningRate, IsTheBaseRateAtTheReferenceToTheLastBit) {
    // (0.013 x B) / B differs from 0.013 for some B.
    bool rounding_would_show = false;
    for (std::int64_t batch = 1; batch < 500; ++batch) {
        const auto b = static_cast<double>(batch);
        rounding_would_show = rounding_would_show || 0.013 * b / b != 0.013;
        EXPECT_EQ(peak_learning_rate(settings_with(LearningRateScaling::linear, batch, batch)),
                  0.013);
    }
    EXPECT_TRUE(rounding_would_show);
}

TEST(PeakLearningRate, RefusesARuleWithoutReference) {
    TrainingSettings training;
    training.learning_rate_scaling = LearningRateScaling::linear;
    EXPECT_THROW((void)peak_learning_rate(training), Error);
}

TEST(ScaledOptimizer, IsUnchangedWithoutARule) {
    for (const auto scaling :
         {LearningRateScaling::none, LearningRateScaling::linear, LearningRateScaling::sqrt}) {
        auto training = settings_with(scaling, 256, 64);
        training.optimizer.values = values_of(AdamWSettings{.beta1 = 0.8});
        training.optimizer.weight_decay = 0.01;
        const auto scaled = scaled_optimizer(training);
        EXPECT_EQ(scaled.values, training.optimizer.values);
        EXPECT_EQ(scaled.weight_decay, 0.01);
    }
}

TrainingSettings with_adam_rule(std::int64_t batch_size) {
    auto training = settings_with(LearningRateScaling::sqrt_adam, batch_size, 64);
    training.optimizer.name = "adamw";
    return training;
}

// Malladi 2022: with k = B/reference, 1 - beta times k, epsilon / sqrt(k).
TEST(ScaledOptimizer, MovesBetasAndEpsilonOfAdam) {
    for (const std::int64_t batch_size : {16, 256}) {
        const double k = static_cast<double>(batch_size) / 64;
        const auto scaled =
            settings_of<AdamWSettings>(scaled_optimizer(with_adam_rule(batch_size)).values);
        EXPECT_NEAR(1 - scaled.beta1, 0.1 * k, 1e-15);
        EXPECT_NEAR(1 - scaled.beta2, 0.001 * k, 1e-15);
        EXPECT_DOUBLE_EQ(scaled.epsilon, 1e-8 / std::sqrt(k));
    }
}

TEST(ScaledOptimizer, RefusesAdamsRuleWhereABetaWouldBeNegative) {
    EXPECT_NO_THROW((void)scaled_optimizer(with_adam_rule(64 * 9)));
    try {
        (void)scaled_optimizer(with_adam_rule(64 * 11));
        ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::configuration);
        EXPECT_NE(error.problem().find("704"), std::string::npos) << error.problem();
    }
}

TEST(ScaledOptimizer, PerEpochKeepsTheDecayOfAnEpochEqual) {
    for (const auto scaling :
         {LearningRateScaling::none, LearningRateScaling::linear, LearningRateScaling::sqrt}) {
        for (const std::int64_t batch_size : {16, 64, 512}) {
            auto training = settings_with(scaling, batch_size, 64);
            training.optimizer.weight_decay = 0.01;
            training.optimizer.weight_decay_scaling = WeightDecayScaling::per_epoch;
            // rate x decay x steps of an epoch.
            const double per_epoch = peak_learning_rate(training) *
                                     scaled_optimizer(training).weight_decay /
                                     static_cast<double>(batch_size);
            EXPECT_NEAR(per_epoch, 0.013 * 0.01 / 64, 1e-18);
        }
    }
}

}  // namespace
}  // namespace batchscope::tests_of_scaling_rule
