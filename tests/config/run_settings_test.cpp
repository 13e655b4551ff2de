#include "config/run_settings.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.hpp"

namespace batchscope {
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

}  // namespace
}  // namespace batchscope
