#include "analysis/runs/noise_scale.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "analysis/runs/run.hpp"
#include "tests/analysis/example_study.hpp"

namespace batchscope::tests_of_noise_scale {
namespace {

using Values = std::vector<double>;

TEST(RatioOfSums, IsTheMeanAndItsStandardErrorWhereDenominatorsAreOne) {
    const Values values{1, 4, 2, 7, 6};
    const RatioOfSums ratio = ratio_of_sums(values, Values(5, 1.0));
    EXPECT_DOUBLE_EQ(ratio.value, 4.0);
    EXPECT_NEAR(ratio.standard_error, std::sqrt((9 + 0 + 4 + 9 + 4) / 4.0 / 5.0), 1e-12);
    EXPECT_TRUE(ratio.is_resolved);
}

TEST(RatioOfSums, OfProportionalTermsIsExact) {
    const RatioOfSums ratio = ratio_of_sums(Values{2, 4, 6}, Values{1, 2, 3});
    EXPECT_DOUBLE_EQ(ratio.value, 2.0);
    EXPECT_NEAR(ratio.standard_error, 0.0, 1e-12);
}

TEST(RatioOfSums, IsNotTheMeanOfRatios) {
    // Noise in the denominators: the mean of ratios would be (4 + 4/3) / 2.
    EXPECT_DOUBLE_EQ(ratio_of_sums(Values{4, 4}, Values{1, 3}).value, 2.0);
}

TEST(RatioOfSums, KeepsItsSignAndSaysWhereItIsOfNoUse) {
    const RatioOfSums negative = ratio_of_sums(Values{5, 5, 5}, Values{-1, -2, 2});
    EXPECT_DOUBLE_EQ(negative.value, -15.0);
    EXPECT_FALSE(negative.is_resolved);
    EXPECT_FALSE(ratio_of_sums(Values{5, 5, 5, 5}, Values{10, -9, 11, -10}).is_resolved);
}

TEST(RatioOfSums, OfOneTermHasNoErrorAndOfNoneNoValue) {
    const RatioOfSums one = ratio_of_sums(Values{6}, Values{2});
    EXPECT_DOUBLE_EQ(one.value, 3.0);
    EXPECT_TRUE(std::isnan(one.standard_error));
    EXPECT_FALSE(one.is_resolved);
    const RatioOfSums none = ratio_of_sums({}, {});
    EXPECT_TRUE(std::isnan(none.value));
    EXPECT_FALSE(none.is_resolved);
}

// Over many draws the error bar is the spread of the ratio, also where neighbours depend on each
// other: each value stands for four steps here.
TEST(RatioOfSums, HasTheSpreadOverDrawsAsItsError) {
    std::mt19937 generator(5);
    std::normal_distribution<double> normal;
    double sum = 0;
    double square_sum = 0;
    double error_square_sum = 0;
    constexpr int draws = 2000;
    for (int draw = 0; draw < draws; ++draw) {
        Values numerators;
        Values denominators;
        for (int block = 0; block < 40; ++block) {
            const double numerator = 8 + 4 * normal(generator);
            const double denominator = 2 + normal(generator);
            numerators.insert(numerators.end(), 4, numerator);
            denominators.insert(denominators.end(), 4, denominator);
        }
        const RatioOfSums ratio = ratio_of_sums(numerators, denominators);
        sum += ratio.value;
        square_sum += ratio.value * ratio.value;
        error_square_sum += ratio.standard_error * ratio.standard_error;
    }
    const double mean = sum / draws;
    const double spread = std::sqrt(square_sum / draws - mean * mean);
    EXPECT_NEAR(mean, 4.0, 0.05);
    EXPECT_NEAR(std::sqrt(error_square_sum / draws) / spread, 1.0, 0.15);
}

StepColumns steps(const Values& traces, const Values& squares) {
    StepColumns columns;
    for (std::size_t i = 0; i < traces.size(); ++i) {
        columns.step.push_back(static_cast<std::int64_t>(i) + 1);
        columns.batch_examples.push_back(10);
        columns.gradient_covariance_trace.push_back(traces[i]);
        columns.gradient_square.push_back(squares[i]);
    }
    return columns;
}

TEST(NoiseScale, TakesTheLastStepsOfTheWindow) {
    const StepColumns columns = steps({1000, 8, 6, 4}, {1, 1, 2, 3});
    EXPECT_DOUBLE_EQ(noise_scale_over(columns, 30).value, 3.0);
    EXPECT_DOUBLE_EQ(noise_scale_over(columns, 25).value, 3.0);  // a step is not cut
    EXPECT_DOUBLE_EQ(noise_scale_over(columns, 20).value, 2.0);
    EXPECT_DOUBLE_EQ(noise_scale_over(columns, 1e9).value, 1018.0 / 7);
}

TEST(NoiseScale, LeavesOutStepsOfOneShare) {
    const StepColumns columns = steps({9, unknown, 6}, {1, unknown, 2});
    EXPECT_DOUBLE_EQ(noise_scale_over(columns, 30).value, 5.0);
    EXPECT_DOUBLE_EQ(noise_scale_over(columns, 20).value, 3.0);  // which count for the window
    EXPECT_TRUE(std::isnan(noise_scale_over(steps({unknown}, {unknown}), 30).value));
    EXPECT_TRUE(std::isnan(noise_scale_over({}, 30).value));
}

TEST(NoiseScale, AtTheEndIsThatOfTheLastEpoch) {
    RunRecord run = example_run(4, 2);  // 2 epochs in 4 steps of 64 examples
    run.steps.gradient_covariance_trace = {1000, 1000, 8, 6};
    run.steps.gradient_square = {1, 1, 1, 1};
    EXPECT_DOUBLE_EQ(noise_scale_at_end(run).value, 7.0);
    EXPECT_DOUBLE_EQ(noise_scale_at_end(run, 0.5).value, 6.0);
    EXPECT_DOUBLE_EQ(noise_scale_at_end(run, 2).value, 2014.0 / 4);
    EXPECT_TRUE(std::isnan(noise_scale_at_end(example_run(0, 0)).value));
}

}  // namespace
}  // namespace batchscope::tests_of_noise_scale
