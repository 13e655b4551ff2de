#include "analysis/statistics/binomial_interval.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/binomial.hpp>
#include <limits>
#include <stdexcept>
#include <vector>

namespace batchscope::tests_of_binomial_interval {
namespace {

TEST(ClopperPearson, OfAllSuccessesHasAClosedForm) {
    for (const std::int64_t n : {1, 3, 5, 6, 10}) {
        const ProbabilityInterval all = clopper_pearson(static_cast<double>(n), n, 0.95);
        EXPECT_NEAR(all.low, std::pow(0.025, 1 / static_cast<double>(n)), 1e-12);
        EXPECT_EQ(all.high, 1);
        const ProbabilityInterval none = clopper_pearson(0, n, 0.95);
        EXPECT_EQ(none.low, 0);
        EXPECT_NEAR(none.high, 1 - all.low, 1e-12);
    }
    EXPECT_NEAR(clopper_pearson(5, 5, 0.95).low, 0.478, 5e-4);
    EXPECT_NEAR(clopper_pearson(6, 6, 0.95).low, 0.541, 5e-4);
}

TEST(ClopperPearson, GivesThePublishedInterval) {
    // R: binom.test(7, 20).
    const ProbabilityInterval interval = clopper_pearson(7, 20, 0.95);
    EXPECT_NEAR(interval.low, 0.1539092, 1e-7);
    EXPECT_NEAR(interval.high, 0.5921885, 1e-7);
}

TEST(ClopperPearson, CoversAtLeastSoOftenAsItSays) {
    for (const std::int64_t n : {3, 5, 10}) {
        for (double probability = 0.01; probability < 1; probability += 0.01) {
            const boost::math::binomial outcomes(static_cast<double>(n), probability);
            double covered = 0;
            for (std::int64_t k = 0; k <= n; ++k) {
                const ProbabilityInterval interval =
                    clopper_pearson(static_cast<double>(k), n, 0.95);
                if (interval.low <= probability && probability <= interval.high) {
                    covered += boost::math::pdf(outcomes, static_cast<double>(k));
                }
            }
            EXPECT_GE(covered, 0.95) << n << " " << probability;
        }
    }
}

TEST(ClopperPearson, OfHalfSuccessesLiesBetweenItsNeighbours) {
    const ProbabilityInterval two = clopper_pearson(2, 5, 0.95);
    const ProbabilityInterval between = clopper_pearson(2.5, 5, 0.95);
    const ProbabilityInterval three = clopper_pearson(3, 5, 0.95);
    EXPECT_LT(two.low, between.low);
    EXPECT_LT(between.low, three.low);
    EXPECT_LT(two.high, between.high);
    EXPECT_LT(between.high, three.high);
    EXPECT_NEAR(between.low + between.high, 1, 1e-12);
}

TEST(ClopperPearson, KnowsNothingWithoutTrials) {
    const ProbabilityInterval interval = clopper_pearson(0, 0, 0.95);
    EXPECT_EQ(interval.low, 0);
    EXPECT_EQ(interval.high, 1);
}

TEST(ClopperPearson, RefusesMoreSuccessesThanTrials) {
    EXPECT_THROW((void)clopper_pearson(6, 5, 0.95), std::invalid_argument);
    EXPECT_THROW((void)clopper_pearson(-1, 5, 0.95), std::invalid_argument);
    EXPECT_THROW((void)clopper_pearson(1, 5, 1), std::invalid_argument);
}

TEST(WinningProbability, CountsTiesAsHalf) {
    const WinningProbability winning =
        winning_probability(std::vector<double>{0.1, 0.2, 0.0, -0.3}, 0.95);
    EXPECT_EQ(winning.n, 4);
    EXPECT_EQ(winning.wins, 2);
    EXPECT_EQ(winning.ties, 1);
    EXPECT_EQ(winning.probability, 0.625);
    const ProbabilityInterval bounds = clopper_pearson(2.5, 4, 0.95);
    EXPECT_EQ(winning.bounds.low, bounds.low);
    EXPECT_EQ(winning.bounds.high, bounds.high);
}

TEST(WinningProbability, OfFiveWinsOfFiveMayStillBeAHalf) {
    const WinningProbability five =
        winning_probability(std::vector<double>{0.1, 0.2, 0.3, 0.1, 0.2}, 0.95);
    EXPECT_EQ(five.probability, 1);
    EXPECT_LT(five.bounds.low, 0.5);
}

TEST(WinningProbability, IsUnknownForNoneAndRefusesWhatIsNotFinite) {
    const WinningProbability none = winning_probability({}, 0.95);
    EXPECT_TRUE(std::isnan(none.probability));
    EXPECT_EQ(none.bounds.low, 0);
    EXPECT_EQ(none.bounds.high, 1);
    EXPECT_THROW((void)winning_probability(
                     std::vector<double>{std::numeric_limits<double>::quiet_NaN()}, 0.95),
                 std::invalid_argument);
}

}  // namespace
}  // namespace batchscope::tests_of_binomial_interval
