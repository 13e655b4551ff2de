#include "analysis/statistics/multiple_comparisons.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace batchscope::tests_of_multiple_comparisons {
namespace {

void expect_near(const std::vector<double>& seen, const std::vector<double>& wanted) {
    ASSERT_EQ(seen.size(), wanted.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
        EXPECT_NEAR(seen[i], wanted[i], 1e-15) << i;
    }
}

TEST(HolmAdjusted, GivesThePublishedExample) {
    // R: p.adjust(c(.01, .04, .03, .005), "holm").
    expect_near(holm_adjusted(std::vector{0.01, 0.04, 0.03, 0.005}), {0.03, 0.06, 0.06, 0.02});
}

TEST(HolmAdjusted, CountsOnlyTheTestsThatWereDone) {
    const std::vector<double> adjusted =
        holm_adjusted(std::vector<double>{NAN, 0.01, 0.04, NAN, 0.03, 0.005});
    EXPECT_TRUE(std::isnan(adjusted[0]));
    EXPECT_TRUE(std::isnan(adjusted[3]));
    EXPECT_NEAR(adjusted[1], 0.03, 1e-15);
    EXPECT_NEAR(adjusted[5], 0.02, 1e-15);
}

TEST(HolmAdjusted, LeavesOneTestAloneAndStopsAtOne) {
    expect_near(holm_adjusted(std::vector{0.04}), {0.04});
    expect_near(holm_adjusted(std::vector{0.6, 0.9, 0.0, 1.0}), {1, 1, 0, 1});
    EXPECT_TRUE(holm_adjusted({}).empty());
}

TEST(HolmAdjusted, TreatsEqualTestsEquallyInAnyOrder) {
    std::vector<double> p{0.01, 0.01, 0.02, 0.03};
    do {
        const std::vector<double> adjusted = holm_adjusted(p);
        for (std::size_t i = 0; i < p.size(); ++i) {
            EXPECT_NEAR(adjusted[i], 0.04, 1e-15);
        }
    } while (std::next_permutation(p.begin(), p.end()));
}

TEST(HolmAdjusted, RefusesWhatIsNoProbability) {
    EXPECT_THROW((void)holm_adjusted(std::vector{0.5, -0.1}), std::invalid_argument);
    EXPECT_THROW((void)holm_adjusted(std::vector{1.1}), std::invalid_argument);
}

TEST(AdjustedExclusivePairs, CountPairsUntilBothAreRejected) {
    // In order: .001 (3 pairs open), .002 (3), .01 (3; with it the first pair is whole), .012 (2),
    // .04 (2, the second pair is whole), .5 (1).
    const AdjustedPairs adjusted =
        adjusted_exclusive_pairs(std::vector{0.001, 0.002, 0.5}, std::vector{0.01, 0.04, 0.012});
    expect_near(adjusted.first, {0.003, 0.006, 0.5});
    expect_near(adjusted.second, {0.03, 0.08, 0.03});
}

TEST(AdjustedExclusivePairs, OfOneChangeNothing) {
    const AdjustedPairs adjusted = adjusted_exclusive_pairs(std::vector{0.03}, std::vector{0.7});
    expect_near(adjusted.first, {0.03});
    expect_near(adjusted.second, {0.7});
    EXPECT_TRUE(adjusted_exclusive_pairs({}, {}).first.empty());
}

TEST(AdjustedExclusivePairs, WithoutTheirSecondsAreHolms) {
    const std::vector<double> p{0.01, 0.04, 0.03, 0.005};
    const AdjustedPairs adjusted = adjusted_exclusive_pairs(p, std::vector<double>(4, NAN));
    expect_near(adjusted.first, holm_adjusted(p));
    for (const double none : adjusted.second) {
        EXPECT_TRUE(std::isnan(none));
    }
}

TEST(AdjustedExclusivePairs, AreNeverBolderThanHolmNorMoreTimidThanBonferroni) {
    const std::vector<double> first{0.001, 0.3, 0.02, 0.0, 0.9};
    const std::vector<double> second{0.6, 0.004, 0.02, 0.0, 0.01};
    const AdjustedPairs adjusted = adjusted_exclusive_pairs(first, second);
    const std::vector<double> holm = holm_adjusted(first);
    for (std::size_t i = 0; i < first.size(); ++i) {
        EXPECT_GE(adjusted.first[i], holm[i]);
        EXPECT_LE(adjusted.first[i], 5 * first[i]);
        EXPECT_LE(adjusted.second[i], 5 * second[i]);
    }
}

TEST(AdjustedExclusivePairs, NeedPairs) {
    EXPECT_THROW((void)adjusted_exclusive_pairs(std::vector{0.1}, {}), std::invalid_argument);
    EXPECT_THROW((void)adjusted_exclusive_pairs(std::vector{0.1}, std::vector{1.1}),
                 std::invalid_argument);
}

}  // namespace
}  // namespace batchscope::tests_of_multiple_comparisons
