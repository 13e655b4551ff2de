#include "analysis/claims/gradient_noise.hpp"

#include <gtest/gtest.h>

#include "tests/analysis/claims/claim_study.hpp"

namespace batchscope::tests_of_gradient_noise {
namespace {

const GradientNoiseFalls claim;
constexpr std::int64_t examples = 50000;

/// Variances (1/B - 1/N)^power with a spread between seeds.
ClaimInputs measures(double power, double power_at_end, double spread = 0.01) {
    ClaimInputs inputs;
    for (const WeightsAt weights : {WeightsAt::start, WeightsAt::middle, WeightsAt::end}) {
        for (std::uint64_t seed = 1; seed <= five_seeds; ++seed) {
            for (const std::int64_t batch_size : {16, 64, 256, 1024}) {
                const double sampling =
                    1.0 / static_cast<double>(batch_size) - 1.0 / static_cast<double>(examples);
                inputs.gradient_noise.push_back(
                    {seed, weights, batch_size, 30, examples,
                     std::pow(sampling, weights == WeightsAt::end ? power_at_end : power) *
                         std::exp(spread * jitter(batch_size, seed))});
            }
        }
    }
    return inputs;
}

ClaimDecision decide_measures(const ClaimInputs& inputs) {
    MadeUpStudy study;
    add_accuracies(study, {{16, 0.8}});
    return decide(study, claim, inputs);
}

TEST(GradientNoise, IsSupportedWhereItFallsAsSamplingTheorySays) {
    const ClaimDecision decision = decide_measures(measures(1, 1));
    EXPECT_EQ(decision.outcome, ClaimOutcome::supported);
    EXPECT_EQ(decision.because.reason, ClaimReason::interval_inside);
    EXPECT_EQ(decision.seeds, 5);
    EXPECT_NEAR(number_named(decision, "slope_at_middle").value, 1, 0.02);
}

TEST(GradientNoise, IsContradictedWhereOneMomentExcludesOne) {
    const ClaimDecision decision = decide_measures(measures(1, 0.5));
    EXPECT_EQ(decision.outcome, ClaimOutcome::contradicted);
    EXPECT_EQ(decision.because.reason, ClaimReason::interval_excludes);
    EXPECT_EQ(decision.because.name, "end");
}

TEST(GradientNoise, ASlopeNextToOneIsSupportedHoweverSureItsDifferenceIs) {
    const ClaimDecision decision = decide_measures(measures(1.03, 1.03, 0.001));
    EXPECT_LT(decision.adjusted_p_contradicted, 0.05);
    EXPECT_EQ(decision.outcome, ClaimOutcome::supported);
}

TEST(GradientNoise, IsUndecidedWhereTheIntervalIsWide) {
    ClaimInputs inputs = measures(1, 1);
    for (GradientNoiseMeasure& measure : inputs.gradient_noise) {
        // Slopes of 0.6, 0.8, 1, 1.2 and 1.4.
        const double excess = 0.2 * (static_cast<double>(measure.seed) - 3);
        measure.variance *= std::pow(static_cast<double>(measure.batch_size), -excess);
    }
    EXPECT_EQ(decide_measures(inputs).outcome, ClaimOutcome::undecided);
}

TEST(GradientNoise, IsNotTestedOnFilesThatDoNotHoldIt) {
    const ClaimDecision decision = decide_measures({});
    EXPECT_EQ(decision.outcome, ClaimOutcome::not_tested);
    EXPECT_EQ(decision.because.reason, GradientNoiseFalls::not_measured);
}

TEST(GradientNoise, IsNotTestedWithTooFewBatchesSizesSeedsOrMoments) {
    ClaimInputs few_batches = measures(1, 1);
    ClaimInputs few_sizes = few_batches;
    ClaimInputs few_seeds = few_batches;
    ClaimInputs few_moments = few_batches;
    for (GradientNoiseMeasure& measure : few_batches.gradient_noise) {
        measure.batches = 29;
    }
    EXPECT_EQ(decide_measures(few_batches).because.reason, GradientNoiseFalls::too_few_batches);
    EXPECT_EQ(decide_measures(few_batches).because.found, 29);
    std::erase_if(few_sizes.gradient_noise, [](const auto& m) { return m.batch_size == 64; });
    EXPECT_EQ(decide_measures(few_sizes).because.reason, GradientNoiseFalls::too_few_batch_sizes);
    std::erase_if(few_seeds.gradient_noise, [](const auto& m) { return m.seed > 2; });
    EXPECT_EQ(decide_measures(few_seeds).because.reason, ClaimReason::too_few_seeds);
    std::erase_if(few_moments.gradient_noise,
                  [](const auto& m) { return m.weights == WeightsAt::middle; });
    EXPECT_EQ(decide_measures(few_moments).because.name, "middle");
}

TEST(GradientNoise, ABatchOfTheWholeSplitHasNoVarianceAndIsLeftOut) {
    ClaimInputs inputs = measures(1, 1);
    inputs.gradient_noise.push_back({1, WeightsAt::start, examples, 30, examples, 0});
    EXPECT_EQ(decide_measures(inputs).outcome, ClaimOutcome::supported);
}

TEST(GradientNoise, HasTheDefaultsOfTheDefaultClaim) {
    EXPECT_EQ(default_settings<GradientNoiseFalls>(), GradientNoiseFalls{});
}

}  // namespace
}  // namespace batchscope::tests_of_gradient_noise
