#include "analysis/statistics/best_of.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <limits>
#include <stdexcept>

namespace batchscope::tests_of_best_of {
namespace {

const std::vector<double> five{0.70, 0.72, 0.75, 0.75, 0.80};
using Matrix = std::vector<std::vector<double>>;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(ExpectedBest, GivesTheReferenceValues) {
    EXPECT_NEAR(expected_best_of(five, 1, Better::larger), 0.744, 1e-12);
    EXPECT_NEAR(expected_best_of(five, 2, Better::larger), 0.767, 1e-12);
    EXPECT_NEAR(expected_best_of(five, 3, Better::larger), 0.78, 1e-12);
    EXPECT_NEAR(expected_best_of(five, 5, Better::larger), 0.80, 1e-12);
    const std::vector<double> three{1, 2, 3};
    EXPECT_NEAR(expected_best_of(three, 2, Better::larger), 8.0 / 3, 1e-12);
}

TEST(ExpectedBest, OfManyNormalsIsTheirExpectedMaximum) {
    constexpr std::int64_t n = 200'000;
    const boost::math::normal normal;
    std::vector<double> quantiles;
    for (std::int64_t i = 0; i < n; ++i) {
        const double probability = (static_cast<double>(i) + 0.5) / static_cast<double>(n);
        quantiles.push_back(boost::math::quantile(normal, probability));
    }
    const std::vector<std::pair<std::int64_t, double>> expected{
        {2, 0.564190}, {3, 0.846284}, {5, 1.162964}, {8, 1.423600}, {10, 1.538753}};
    for (const auto& [k, maximum] : expected) {
        EXPECT_NEAR(expected_best_of(quantiles, k, Better::larger), maximum, 1e-4) << k;
        EXPECT_NEAR(expected_best_of(quantiles, k, Better::smaller), -maximum, 1e-4) << k;
    }
}

TEST(ExpectedBest, AgreesWithAllSubsets) {
    // Of the ten ways to draw two of five, the smaller value each time.
    double sum = 0;
    for (std::size_t i = 0; i < five.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            sum += std::min(five[i], five[j]);
        }
    }
    EXPECT_NEAR(expected_best_of(five, 2, Better::smaller), sum / 10, 1e-12);
}

TEST(ExpectedBest, DoesNotDependOnTheOrder) {
    const std::vector<double> shuffled{0.75, 0.80, 0.70, 0.75, 0.72};
    EXPECT_EQ(expected_best_of(shuffled, 3, Better::larger),
              expected_best_of(five, 3, Better::larger));
}

TEST(ExpectedBest, IsUnknownBeyondTheData) {
    EXPECT_TRUE(std::isnan(expected_best_of(five, 6, Better::larger)));
    EXPECT_TRUE(std::isnan(expected_best_of({}, 1, Better::larger)));
    EXPECT_EQ(expected_best_of(std::vector{0.3}, 1, Better::smaller), 0.3);
    EXPECT_THROW((void)expected_best_of(five, 0, Better::larger), std::invalid_argument);
    EXPECT_THROW((void)expected_best_of(std::vector{nan}, 1, Better::larger),
                 std::invalid_argument);
}

SelectionOptimism by_itself(const Matrix& values, Better better) {
    return selection_optimism({values, better}, {values, better}, 0.95);
}

TEST(SelectionOptimism, IsCountedByHandForTwoOptions) {
    // Means 2 and 1.9: the first is chosen. Without seed 0: 1.5 against 2.85, the second (scored
    // 0 on seed 0); without seed 1: 2.5 against 1.1, the first (1); without seed 2: 2 against
    // 1.75, the first (2).
    const SelectionOptimism result = by_itself({{3, 1, 2}, {0, 3.5, 2.2}}, Better::larger);
    EXPECT_EQ(result.seeds, 3);
    EXPECT_EQ(result.options, 2);
    EXPECT_EQ(result.chosen, 0U);
    EXPECT_EQ(result.naive, 2);
    EXPECT_EQ(result.chosen_without, (std::vector<std::size_t>{1, 0, 0}));
    EXPECT_EQ(result.leave_one_seed_out.mean, 1);
    EXPECT_EQ(result.optimism, 1);
}

TEST(SelectionOptimism, PointsTowardsBetterForLosses) {
    const SelectionOptimism losses = by_itself({{-3, -1, -2}, {0, -3.5, -2.2}}, Better::smaller);
    EXPECT_EQ(losses.chosen, 0U);
    EXPECT_EQ(losses.naive, -2);
    EXPECT_EQ(losses.leave_one_seed_out.mean, -1);
    EXPECT_EQ(losses.optimism, 1);
}

TEST(SelectionOptimism, ChoosesByOneValueAndJudgesByAnother) {
    const Matrix losses{{0.5, 0.6}, {0.3, 0.2}};
    const Matrix accuracies{{0.9, 0.95}, {0.8, 0.7}};
    const SelectionOptimism result =
        selection_optimism({losses, Better::smaller}, {accuracies, Better::larger}, 0.95);
    EXPECT_EQ(result.chosen, 1U);
    EXPECT_EQ(result.naive, 0.75);
    EXPECT_EQ(result.leave_one_seed_out.mean, 0.75);
    EXPECT_EQ(result.optimism, 0);
}

TEST(SelectionOptimism, IsNothingWithoutAChoice) {
    const SelectionOptimism one = by_itself({{0.3, 0.5, 0.4}}, Better::larger);
    EXPECT_EQ(one.chosen, 0U);
    EXPECT_EQ(one.optimism, 0);
    EXPECT_EQ(one.leave_one_seed_out.half_width, estimate_mean({0.3, 0.5, 0.4}, 0.95).half_width);
}

TEST(SelectionOptimism, NeverChoosesARunThatDiverged) {
    for (const Matrix& losses : {Matrix{{nan, 0.1}, {0.5, 0.6}}, Matrix{{0.5, 0.6}, {nan, 0.1}}}) {
        const SelectionOptimism result = by_itself(losses, Better::smaller);
        EXPECT_EQ(result.left_out, 1);
        EXPECT_EQ(result.options, 1);
        EXPECT_EQ(result.naive, 0.55);
    }
    const SelectionOptimism none = by_itself({{nan, 0.1}}, Better::smaller);
    EXPECT_EQ(none.chosen, std::nullopt);
    EXPECT_TRUE(std::isnan(none.naive));
    EXPECT_TRUE(std::isnan(none.optimism));
}

TEST(SelectionOptimism, TakesTheFirstOfEquals) {
    EXPECT_EQ(by_itself({{1, 2}, {2, 1}, {1.5, 1.5}}, Better::larger).chosen, 0U);
}

TEST(SelectionOptimism, DoesNotDependOnTheOrderOfTheSeeds) {
    const SelectionOptimism one = by_itself({{0.1, 0.7, 0.3}, {0.2, 0.2, 0.9}}, Better::larger);
    const SelectionOptimism other = by_itself({{0.7, 0.3, 0.1}, {0.2, 0.9, 0.2}}, Better::larger);
    EXPECT_EQ(one.naive, other.naive);
    EXPECT_EQ(one.optimism, other.optimism);
}

TEST(SelectionOptimism, IsUnknownForOneSeedAndNothingForNone) {
    const SelectionOptimism one = by_itself({{0.1}, {0.4}}, Better::larger);
    EXPECT_EQ(one.chosen, 1U);
    EXPECT_EQ(one.naive, 0.4);
    EXPECT_TRUE(std::isnan(one.optimism));
    EXPECT_TRUE(std::isnan(one.leave_one_seed_out.mean));
    EXPECT_EQ(by_itself({}, Better::larger).chosen, std::nullopt);
    EXPECT_EQ(by_itself({{}, {}}, Better::larger).chosen, std::nullopt);
}

TEST(SelectionOptimism, RefusesMatricesOfDifferentShapes) {
    const Matrix two{{1, 2}, {3, 4}};
    const Matrix ragged{{1, 2}, {3}};
    const Matrix short_one{{1, 2}};
    EXPECT_THROW((void)by_itself(ragged, Better::larger), std::invalid_argument);
    EXPECT_THROW((void)selection_optimism({two, Better::larger}, {short_one, Better::larger}, 0.95),
                 std::invalid_argument);
}

}  // namespace
}  // namespace batchscope::tests_of_best_of
