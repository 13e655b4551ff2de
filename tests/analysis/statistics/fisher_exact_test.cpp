#include "analysis/statistics/fisher_exact.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace batchscope::tests_of_fisher_exact {
namespace {

TEST(FisherExact, AgreesWithTheTeaTastingTable) {
    // Fisher 1935: 3 of 4 against 1 of 4: 17 of 70 tables are as far or farther.
    const FisherTest test = fisher_exact_test({4, 3, 4, 1});
    EXPECT_NEAR(test.p_more, 17.0 / 70, 1e-14);
    EXPECT_NEAR(test.p_fewer, 69.0 / 70, 1e-14);
    EXPECT_NEAR(test.smallest_p_more, 1.0 / 70, 1e-14);
    EXPECT_NEAR(test.smallest_p_fewer, 1.0 / 70, 1e-14);
}

TEST(FisherExact, AgreesWithScipyOnUnequalNumbers) {
    // scipy.stats.fisher_exact([[11, 9], [0, 20]], "greater").pvalue, and [[2, 3], [5, 2]].
    EXPECT_NEAR(fisher_exact_test({20, 11, 20, 0}).p_more, 7.265329845975008e-05, 1e-15);
    const FisherTest fewer = fisher_exact_test({5, 2, 7, 5});
    EXPECT_NEAR(fewer.p_more, 0.9545454545454546, 1e-14);
    EXPECT_NEAR(fewer.p_fewer, 0.31060606060606066, 1e-14);
}

TEST(FisherExact, AllOfThreeAgainstNoneOfThreeIsTheSmallestPossible) {
    const FisherTest test = fisher_exact_test({3, 3, 3, 0});
    EXPECT_NEAR(test.p_more, 0.05, 1e-15);
    EXPECT_EQ(test.p_more, test.smallest_p_more);
    EXPECT_NEAR(test.p_fewer, 1, 1e-15);
}

TEST(FisherExact, SaysNothingWithoutLossesOrRuns) {
    EXPECT_TRUE(std::isnan(fisher_exact_test({5, 0, 5, 0}).p_more));
    EXPECT_TRUE(std::isnan(fisher_exact_test({0, 0, 5, 2}).p_fewer));
    EXPECT_TRUE(std::isnan(fisher_exact_test({5, 2, 0, 0}).p_more));
}

TEST(UnseenLossRate, IsTheOneSidedBound) {
    EXPECT_NEAR(unseen_loss_rate(5, 0.95), 1 - std::pow(0.05, 0.2), 1e-15);
    EXPECT_NEAR(unseen_loss_rate(59, 0.95), 0.0495, 1e-4);
    EXPECT_EQ(unseen_loss_rate(0, 0.95), 1);
}

}  // namespace
}  // namespace batchscope::tests_of_fisher_exact
