#include "analysis/statistics/matched_value.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace batchscope::tests_of_matched_value {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

MatchedValue match(const std::vector<double>& levels, const std::vector<double>& values,
                   double level) {
    std::vector<double> times(levels.size());
    std::iota(times.begin(), times.end(), 0.0);
    return value_at_level(times, levels, values, level);
}

TEST(ValueAtLevel, LiesOnTheLineBetweenTwoRows) {
    const MatchedValue matched = match({2.0, 1.0, 0.5}, {0.0, 0.1, 0.3}, 0.75);
    EXPECT_EQ(matched.status, MatchStatus::matched);
    EXPECT_NEAR(matched.value, 0.2, 1e-12);
    EXPECT_NEAR(matched.bracket, 0.5, 1e-12);
}

TEST(ValueAtLevel, RecoversALinearRelationExactlyWhereverTheRowsLie) {
    const std::vector<double> levels{2.3, 1.7, 1.1, 0.65, 0.4, 0.31};
    std::vector<double> values;
    for (const double level : levels) {
        values.push_back(0.5 - 0.2 * level);
    }
    for (const double level : {2.3, 2.0, 1.1, 0.5, 0.31}) {
        EXPECT_NEAR(match(levels, values, level).value, 0.5 - 0.2 * level, 1e-14);
    }
}

TEST(ValueAtLevel, TakesTheFirstCrossingOfALossThatRisesAgain) {
    const std::vector<double> levels{2.0, 1.0, 1.5, 0.5};
    const std::vector<double> values{0.0, 1.0, 7.0, 9.0};
    EXPECT_NEAR(match(levels, values, 1.25).value, 0.75, 1e-12);
    EXPECT_NEAR(match(levels, values, 0.75).value, 8.5, 1e-12);
}

TEST(ValueAtLevel, ExactlyAtARowIsThatRow) {
    EXPECT_EQ(match({2.0, 1.0, 0.5}, {0.1, 0.2, 0.3}, 1.0).value, 0.2);
    const MatchedValue first = match({2.0, 1.0}, {0.1, 0.2}, 2.0);
    EXPECT_EQ(first.status, MatchStatus::matched);
    EXPECT_EQ(first.value, 0.1);
    EXPECT_EQ(first.bracket, 0);
}

TEST(ValueAtLevel, SaysWhyThereIsNone) {
    EXPECT_EQ(match({}, {}, 1).status, MatchStatus::no_rows);
    EXPECT_EQ(match({missing}, {1}, 1).status, MatchStatus::no_rows);
    EXPECT_EQ(match({2, 1.5}, {0, 0}, 1).status, MatchStatus::never_reached);
    EXPECT_EQ(match({0.5, 0.4}, {0, 0}, 1).status, MatchStatus::starts_below);
    EXPECT_EQ(match({2, 1.5}, {0, 0}, missing).status, MatchStatus::never_reached);
    for (const auto& levels : {std::vector<double>{2, 1.5}, std::vector<double>{0.5, 0.4}}) {
        EXPECT_TRUE(std::isnan(match(levels, {0, 0}, 1).value));
    }
}

TEST(ValueAtLevel, KnowsTheErrorOfTheBendAlongTheLevels) {
    // values = levels squared; between 3 and 1 the line lies (level - 1)(3 - level) above; twice.
    const MatchedValue matched = match({4, 3, 1, 0}, {16, 9, 1, 0}, 2);
    EXPECT_NEAR(matched.value, 5, 1e-12);
    EXPECT_NEAR(matched.error, 2, 1e-12);
}

TEST(ValueAtLevel, KnowsTheErrorOfReadingBothColumnsAtOneMomentWhereTheLevelRises) {
    // At time 2.5 the values t^2 lie 0.25 below the line, the levels by the later three rows, too.
    const std::vector<double> times{1, 2, 3, 4};
    const MatchedValue matched = value_at_level(times, std::vector<double>{5, 4, 3, 4},
                                                std::vector<double>{1, 4, 9, 16}, 3.5);
    EXPECT_NEAR(matched.value, 6.5, 1e-12);
    EXPECT_NEAR(matched.error, 2 * (0.25 + 5 * 0.25), 1e-12);
}

TEST(ValueAtLevel, ErrorsOfALossThatRisesAgainStayWithinTheRowsAround) {
    const MatchedValue matched =
        match({0.46, 0.3917, 0.3918, 0.39, 0.35}, {0.05, 0.09, 0.08, 0.095, 0.1}, 0.3917 - 1e-9);
    EXPECT_EQ(matched.status, MatchStatus::matched);
    EXPECT_LE(matched.error, 0.05);
    EXPECT_GT(matched.error, 0);
}

TEST(ValueAtLevel, LeavesOutRowsWithoutBothColumns) {
    const MatchedValue matched = match({2, 1, 0.9, missing, 0.5}, {0, 1, missing, 4, 2}, 0.75);
    EXPECT_EQ(matched.status, MatchStatus::matched);
    EXPECT_NEAR(matched.value, 1.5, 1e-12);
    EXPECT_EQ(matched.skipped_rows, 2);
    EXPECT_THROW(static_cast<void>(match({1, 2}, {1}, 1)), std::invalid_argument);
}

TEST(ValueAtLevel, DoesNotChangeWhenTheRunGoesOn) {
    EXPECT_EQ(match({2, 1, 0.5}, {0, 1, 3}, 0.7).value,
              match({2, 1, 0.5, 0.9, 0.1}, {0, 1, 3, 8, 9}, 0.7).value);
}

TEST(DeepestCommonLevel, IsTheLargestOfTheSmallest) {
    const std::vector<std::vector<double>> runs{
        {2.3, 0.5, 0.7}, {2.3, 1.0, 0.8, 0.9}, {2.2, 0.1, missing}};
    const CommonLevel common = deepest_common_level(runs);
    EXPECT_EQ(common.status, CommonLevelStatus::found);
    EXPECT_EQ(common.level, 0.8);
    EXPECT_EQ(common.run, 1U);
    for (const auto& levels : runs) {
        EXPECT_EQ(match(levels, levels, common.level).status, MatchStatus::matched);
        EXPECT_NEAR(match(levels, levels, common.level).value, common.level, 1e-15);
    }
}

TEST(DeepestCommonLevel, SaysWhyThereIsNone) {
    EXPECT_EQ(deepest_common_level({}).status, CommonLevelStatus::no_runs);
    const std::vector<std::vector<double>> empty{{2.3, 0.5}, {missing}};
    EXPECT_EQ(deepest_common_level(empty).status, CommonLevelStatus::run_without_rows);
    EXPECT_EQ(deepest_common_level(empty).run, 1U);
    const std::vector<std::vector<double>> apart{{2.3, 1.0}, {0.5, 0.2}};
    EXPECT_EQ(deepest_common_level(apart).status, CommonLevelStatus::runs_do_not_overlap);
    EXPECT_EQ(deepest_common_level(apart).run, 1U);
    EXPECT_TRUE(std::isnan(deepest_common_level(apart).level));
}

TEST(DeepestCommonLevel, OfOneRunIsItsSmallest) {
    const std::vector<std::vector<double>> one{{2.3, 0.4, 0.6}};
    EXPECT_EQ(deepest_common_level(one).level, 0.4);
}

}  // namespace
}  // namespace batchscope::tests_of_matched_value
