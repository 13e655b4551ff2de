#include "analysis/charts/ticks.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace batchscope::tests_of_ticks {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
using Ticks = std::vector<double>;

TEST(LinearTicks, AreMultiplesOfOneTwoOrFive) {
    EXPECT_EQ(linear_ticks(0, 1, 6), (Ticks{0, 0.2, 0.4, 0.6, 0.8, 1}));
    EXPECT_EQ(linear_ticks(0, 1, 5), (Ticks{0, 0.5, 1}));
    EXPECT_EQ(linear_ticks(0.13, 0.58, 10),
              (Ticks{0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55}));
    EXPECT_EQ(linear_ticks(-1000, 3000, 5), (Ticks{-1000, 0, 1000, 2000, 3000}));
    EXPECT_EQ(linear_ticks(-3e-7, 3e-7, 4), (Ticks{-2e-7, 0, 2e-7}));
}

TEST(LinearTicks, StayWithinTheRangeAndItsNumber) {
    for (const double low : {-7.3, -0.001, 0.0, 0.885, 12345.6}) {
        for (const double span : {1e-6, 0.0037, 1.0, 97.0, 8.8e8}) {
            for (int most = 2; most < 12; ++most) {
                const Ticks ticks = linear_ticks(low, low + span, most);
                EXPECT_GE(ticks.size(), 1U);
                EXPECT_LE(ticks.size(), static_cast<std::size_t>(most));
                EXPECT_GE(ticks.front(), low - 1e-6 * span);
                EXPECT_LE(ticks.back(), low + span * (1 + 1e-6));
            }
        }
    }
}

TEST(LinearTicks, OfNoRangeAreOneOrNone) {
    EXPECT_EQ(linear_ticks(3, 3, 5), Ticks{3});
    EXPECT_EQ(linear_ticks(4, 3, 5), Ticks{});
    EXPECT_EQ(linear_ticks(nan, 3, 5), Ticks{});
    EXPECT_EQ(linear_ticks(0, infinity, 5), Ticks{});
    EXPECT_EQ(linear_ticks(-1.7e308, 1.7e308, 5), Ticks{});
}

TEST(Log2Ticks, ArePowersOfTwoThinnedEvenly) {
    EXPECT_EQ(log2_ticks(16, 256, 8), (Ticks{16, 32, 64, 128, 256}));
    EXPECT_EQ(log2_ticks(15, 4100, 5), (Ticks{16, 64, 256, 1024, 4096}));
    EXPECT_EQ(log2_ticks(0.2, 2, 8), (Ticks{0.25, 0.5, 1, 2}));
}

TEST(Log2Ticks, OfARangeWithoutPowersAreOthers) {
    EXPECT_EQ(log2_ticks(5, 7, 3), (Ticks{5, 6, 7}));
    EXPECT_EQ(log2_ticks(0, 7, 3), Ticks{});
    EXPECT_EQ(log2_ticks(nan, 7, 3), Ticks{});
    EXPECT_EQ(log2_ticks(4, infinity, 3), Ticks{});
}

TEST(Log10Ticks, AreDecadesAndInShortRangesTwosAndFives) {
    EXPECT_EQ(log10_ticks(1, 1e4, 6), (Ticks{1, 10, 100, 1000, 10000}));
    EXPECT_EQ(log10_ticks(1, 1e8, 6), (Ticks{1, 100, 1e4, 1e6, 1e8}));
    EXPECT_EQ(log10_ticks(0.02, 0.6, 9), (Ticks{0.02, 0.05, 0.1, 0.2, 0.5}));
    EXPECT_EQ(log10_ticks(300, 400, 4), (Ticks{300, 350, 400}));
    EXPECT_EQ(log10_ticks(100, 5000, 5), (Ticks{100, 300, 1000, 3000}));
    EXPECT_EQ(log10_ticks(90, 1100, 2), (Ticks{100, 1000}));
    EXPECT_EQ(log10_ticks(-1, 10, 4), Ticks{});
}

TEST(Log10Ticks, AreSeldomEnough) {
    for (double low = 1e-8; low < 1e8; low *= 3.7) {
        for (double factor = 1.01; factor < 1e12; factor *= 5.3) {
            for (int most = 2; most < 9; ++most) {
                EXPECT_LE(log10_ticks(low, low * factor, most).size(),
                          static_cast<std::size_t>(most));
                EXPECT_LE(log2_ticks(low, low * factor, most).size(),
                          static_cast<std::size_t>(most));
            }
        }
    }
}

}  // namespace
}  // namespace batchscope::tests_of_ticks
