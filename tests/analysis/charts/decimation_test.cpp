#include "analysis/charts/decimation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace batchscope::tests_of_decimation {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A noisy curve of n points over 0 to 100.
Curve noisy_curve(std::size_t n) {
    Curve curve;
    for (std::size_t i = 0; i < n; ++i) {
        curve.x.push_back(100.0 * static_cast<double>(i) / static_cast<double>(n - 1));
        curve.y.push_back(std::sin(12.9898 * static_cast<double>(i)) * 43758.5453);
        curve.y.back() -= std::floor(curve.y.back());
    }
    return curve;
}

TEST(Decimate, KeepsEndsAndTheExtremesOfEveryColumn) {
    Curve curve = noisy_curve(100'000);
    curve.y[77'777] = 50;
    curve.y[33'333] = -50;
    const std::size_t columns = 150;
    const Curve kept = decimate(curve, 0, 100, columns);
    EXPECT_LE(kept.x.size(), 4 * columns);
    EXPECT_EQ(kept.x.front(), curve.x.front());
    EXPECT_EQ(kept.y.front(), curve.y.front());
    EXPECT_EQ(kept.x.back(), curve.x.back());
    EXPECT_EQ(kept.y.back(), curve.y.back());
    const auto column_extremes = [&](const Curve& any) {
        std::vector<std::pair<double, double>> extremes(columns, {1e9, -1e9});
        for (std::size_t i = 0; i < any.x.size(); ++i) {
            const auto column = std::min(static_cast<std::size_t>(any.x[i] * 1.5), columns - 1);
            extremes[column].first = std::min(extremes[column].first, any.y[i]);
            extremes[column].second = std::max(extremes[column].second, any.y[i]);
        }
        return extremes;
    };
    EXPECT_EQ(column_extremes(kept), column_extremes(curve));
}

TEST(Decimate, KeepsOnlyPointsOfTheCurveInTheirOrder) {
    const Curve curve = noisy_curve(5000);
    const Curve kept = decimate(curve, 0, 100, 20);
    std::set<std::pair<double, double>> points;
    for (std::size_t i = 0; i < curve.x.size(); ++i) {
        points.emplace(curve.x[i], curve.y[i]);
    }
    for (std::size_t i = 0; i < kept.x.size(); ++i) {
        EXPECT_EQ(points.count({kept.x[i], kept.y[i]}), 1U);
    }
    EXPECT_TRUE(std::is_sorted(kept.x.begin(), kept.x.end()));
}

TEST(Decimate, ChangesNoShortCurve) {
    const Curve curve{{0, 10, 20, 30}, {1, 5, 2, 2}};
    const Curve kept = decimate(curve, 0, 30, 100);
    EXPECT_EQ(kept.x, curve.x);
    EXPECT_EQ(kept.y, curve.y);
}

TEST(Decimate, KeepsGaps) {
    Curve curve = noisy_curve(10'000);
    std::fill(curve.y.begin() + 4000, curve.y.begin() + 6000, nan);
    const Curve kept = decimate(curve, 0, 100, 50);
    EXPECT_LT(kept.x.size(), 300U);
    std::size_t gaps = 0;
    for (std::size_t i = 0; i < kept.x.size(); ++i) {
        if (std::isnan(kept.y[i])) {
            ++gaps;
            EXPECT_GE(kept.x[i], 39.9);
            EXPECT_LE(kept.x[i], 60.1);
        } else {
            EXPECT_TRUE(kept.x[i] < 40.01 || kept.x[i] > 59.99);
        }
    }
    EXPECT_GE(gaps, 1U);
}

TEST(Decimate, IsBoundedForGapsEverywhereAndForPointsOutside) {
    Curve curve = noisy_curve(10'000);
    for (std::size_t i = 0; i < curve.y.size(); i += 2) {
        curve.y[i] = nan;
    }
    EXPECT_LE(decimate(curve, 0, 100, 50).x.size(), 250U);
    EXPECT_LE(decimate(noisy_curve(10'000), 200, 300, 50).x.size(), 4U);
    EXPECT_LE(decimate(noisy_curve(10'000), 0, 0, 50).x.size(), 4U);
}

TEST(Decimate, OfNothingIsNothing) {
    EXPECT_TRUE(decimate({}, 0, 1, 10).x.empty());
    const Curve unknown{{1, nan}, {nan, 1}};
    const Curve kept = decimate(unknown, 0, 1, 10);
    for (std::size_t i = 0; i < kept.x.size(); ++i) {
        EXPECT_TRUE(std::isnan(kept.x[i]) || std::isnan(kept.y[i]));
    }
}

}  // namespace
}  // namespace batchscope::tests_of_decimation
