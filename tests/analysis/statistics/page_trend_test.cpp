#include "analysis/statistics/page_trend.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace batchscope::tests_of_page_trend {
namespace {

using Rows = std::vector<std::vector<double>>;

// The example of scipy.stats.page_trend_test, from Page 1963 by way of Siegel and Castellan.
const Rows published{{3, 4, 3}, {2, 2, 4}, {3, 3, 5}, {1, 3, 2}, {2, 3, 2},
                     {2, 4, 5}, {1, 2, 4}, {3, 4, 4}, {2, 4, 5}, {1, 3, 4}};

Rows repeated(const Rows& rows, std::size_t times) {
    Rows all;
    for (std::size_t i = 0; i < times; ++i) {
        all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
}

TEST(PageTrend, GivesThePublishedExample) {
    const PageTrend trend = page_trend(published);
    EXPECT_EQ(trend.rows, 10);
    EXPECT_EQ(trend.columns, 3);
    EXPECT_EQ(trend.statistic, 133.5);
    EXPECT_EQ(trend.expected, 120);
    EXPECT_TRUE(trend.is_exact);
    EXPECT_TRUE(trend.has_ties);
    EXPECT_NEAR(trend.p_increasing, 0.0018191161948, 1e-13);
    EXPECT_NEAR(trend.p_two_sided, 2 * 0.0018191161948, 1e-12);
}

TEST(PageTrend, IsExactForWholeNumbersBeyondTies) {
    // Without the half that its ties leave, L of the same size is 134: P(L >= 134).
    Rows rows(7, {1, 2, 3});    // L = 98
    rows.push_back({1, 3, 2});  // 13
    rows.push_back({2, 1, 3});  // 13
    rows.push_back({3, 2, 1});  // 10
    const PageTrend trend = page_trend(rows);
    EXPECT_EQ(trend.statistic, 134);
    EXPECT_FALSE(trend.has_ties);
    EXPECT_NEAR(trend.p_increasing, 0.00073653, 5e-9);
}

TEST(PageTrend, ApproximatesBeyondItsTables) {
    EXPECT_NEAR(page_normal_p(133.5, 10, 3), 0.0012693433690751756, 1e-15);
    // Twenty rows: L = 267, E = 240, V = 40.
    const PageTrend trend = page_trend(repeated(published, 2));
    EXPECT_FALSE(trend.is_exact);
    EXPECT_EQ(trend.statistic, 267);
    EXPECT_NEAR(trend.p_increasing, 9.8136e-6, 1e-9);
    EXPECT_NEAR(trend.p_increasing + trend.p_decreasing, 1, 1e-12);
}

TEST(PageTrend, NearlyAgreesAcrossTheEdgeOfItsTables) {
    Rows rows;
    for (std::size_t i = 0; i < 12; ++i) {
        rows.push_back(i % 3 == 0 ? std::vector<double>{1, 4, 2, 3, 5}
                                  : std::vector<double>{3, 2, 5, 1, 4});
    }
    const PageTrend exact = page_trend(rows);
    ASSERT_TRUE(exact.is_exact);
    EXPECT_NEAR(exact.p_increasing, page_normal_p(exact.statistic, 12, 5), 0.004);
}

TEST(PageTrend, CountsAllOrdersOfOneRow) {
    // Three columns: L is 14, 13, 13, 11, 11 or 10, each once in six.
    const Rows increasing{{0.1, 0.2, 0.3}};
    EXPECT_NEAR(page_trend(increasing).p_increasing, 1.0 / 6, 1e-15);
    EXPECT_NEAR(page_trend(increasing).p_decreasing, 1, 1e-15);
    const Rows swapped{{0.1, 0.3, 0.2}};
    EXPECT_NEAR(page_trend(swapped).p_increasing, 3.0 / 6, 1e-15);
    EXPECT_NEAR(page_trend(swapped).p_decreasing, 5.0 / 6, 1e-15);
    const Rows two{{1, 2}, {5, 9}, {0, 7}};
    EXPECT_NEAR(page_trend(two).p_increasing, 1.0 / 8, 1e-15);
}

TEST(PageTrend, HasTheExactTailOfItsLargestTable) {
    // All of twelve rows in the one order of 8! that leads: the smallest p there is.
    const Rows rows(12, {1, 2, 3, 4, 5, 6, 7, 8});
    const PageTrend trend = page_trend(rows);
    EXPECT_TRUE(trend.is_exact);
    EXPECT_NEAR(std::log(trend.p_increasing), -12 * std::log(40320.0), 1e-9);
}

TEST(PageTrend, MirrorsWithTheColumns) {
    Rows reversed = published;
    for (std::vector<double>& row : reversed) {
        std::reverse(row.begin(), row.end());
    }
    EXPECT_NEAR(page_trend(reversed).p_decreasing, page_trend(published).p_increasing, 1e-15);
    EXPECT_NEAR(page_trend(reversed).p_increasing, page_trend(published).p_decreasing, 1e-15);
}

TEST(PageTrend, DoesNotDependOnTheOrderOfTheRows) {
    const Rows backwards(published.rbegin(), published.rend());
    EXPECT_EQ(page_trend(backwards).p_two_sided, page_trend(published).p_two_sided);
}

TEST(PageTrend, SeesNothingInEqualValues) {
    const PageTrend trend = page_trend(Rows(5, {2, 2, 2, 2}));
    EXPECT_EQ(trend.statistic, trend.expected);
    EXPECT_EQ(trend.p_two_sided, 1);
    EXPECT_GT(trend.p_increasing, 0.5);
}

TEST(PageTrend, IsUnknownWithoutRowsOrColumnsToCompare) {
    EXPECT_TRUE(std::isnan(page_trend({}).p_two_sided));
    EXPECT_TRUE(std::isnan(page_trend(Rows{{1}, {2}}).p_two_sided));
    EXPECT_TRUE(std::isnan(page_trend(Rows{{}, {}}).statistic));
}

TEST(PageTrend, RefusesRaggedRowsAndWhatIsNotFinite) {
    EXPECT_THROW((void)page_trend(Rows{{1, 2}, {1, 2, 3}}), std::invalid_argument);
    EXPECT_THROW((void)page_trend(Rows{{1, std::numeric_limits<double>::quiet_NaN()}}),
                 std::invalid_argument);
}

}  // namespace
}  // namespace batchscope::tests_of_page_trend
