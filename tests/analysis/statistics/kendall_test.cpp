#include "analysis/statistics/kendall.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "core/random.hpp"

namespace batchscope::tests_of_kendall {
namespace {

TEST(KendallTau, CountsPairsInOrderLessPairsThatAreNot) {
    // Of 45 pairs, 25 are in the same order and 20 are not.
    const std::vector<double> x{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    const std::vector<double> y{4, 7, 2, 10, 3, 6, 8, 1, 5, 9};
    const double tau = kendall_tau_a(x, y);
    EXPECT_NEAR(tau, 5.0 / 45, 1e-15);
    EXPECT_NEAR(kendall_tau_b(x, y), tau, 1e-15);
}

TEST(KendallTau, GivesTheReferenceValueWithTies) {
    // scipy.stats.kendalltau, whose example this is: tau-b -0.47140452079103173.
    const std::vector<double> x{12, 2, 1, 12, 2};
    const std::vector<double> y{1, 4, 7, 1, 0};
    EXPECT_NEAR(kendall_tau_b(x, y), -0.47140452079103173, 1e-15);
    // Of ten pairs, two agree and six do not; ties are no agreement, as sgn(0) = 0.
    EXPECT_NEAR(kendall_tau_a(x, y), -0.4, 1e-15);
}

TEST(KendallTau, IsOneForOneOrderAndZeroForConstants) {
    const std::vector<double> x{1, 2, 5, 9};
    const std::vector<double> growing{0.1, 0.2, 0.25, 7};
    const std::vector<double> falling{4, 3, 2, 1};
    const std::vector<double> constant(4, 0.5);
    EXPECT_EQ(kendall_tau_a(x, growing), 1);
    EXPECT_EQ(kendall_tau_a(x, falling), -1);
    EXPECT_EQ(kendall_tau_b(x, falling), -1);
    EXPECT_EQ(kendall_tau_a(x, constant), 0);
    EXPECT_TRUE(std::isnan(kendall_tau_b(x, constant)));
    EXPECT_TRUE(std::isnan(kendall_tau_b(constant, x)));
}

TEST(KendallTau, IsUnknownForFewerThanTwoPoints) {
    EXPECT_TRUE(std::isnan(kendall_tau_a({}, {})));
    EXPECT_TRUE(std::isnan(kendall_tau_a(std::vector{1.0}, std::vector{2.0})));
    EXPECT_TRUE(std::isnan(kendall_tau_b(std::vector{1.0}, std::vector{2.0})));
    EXPECT_EQ(kendall_tau_a(std::vector{1.0, 2.0}, std::vector{2.0, 1.0}), -1);
}

TEST(KendallTau, RefusesWhatDoesNotPair) {
    EXPECT_THROW((void)kendall_tau_a(std::vector{1.0}, {}), std::invalid_argument);
    EXPECT_THROW((void)kendall_tau_b(std::vector{1.0, std::numeric_limits<double>::quiet_NaN()},
                                     std::vector{1.0, 2.0}),
                 std::invalid_argument);
}

TEST(ConditionalKendall, IsNotMisledByAnotherAxis) {
    // Within each learning rate the gap falls with sharpness; both are higher at the second rate,
    // so that over all points together it seems to grow.
    const std::vector<Stratum> strata{{{1, 2, 3, 4}, {14, 13, 12, 11}},
                                      {{11, 12, 13, 14}, {24, 23, 22, 21}}};
    Stratum together;
    for (const Stratum& stratum : strata) {
        together.x.insert(together.x.end(), stratum.x.begin(), stratum.x.end());
        together.y.insert(together.y.end(), stratum.y.begin(), stratum.y.end());
    }
    EXPECT_GT(kendall_tau_a(together.x, together.y), 0.1);
    const ConditionalKendall within = conditional_kendall(strata, 9999, 1);
    EXPECT_EQ(within.strata, 2);
    EXPECT_EQ(within.points, 8);
    EXPECT_EQ(within.psi, -1);
    // Two of (4!)^2 = 576 permutations reach |psi| = 1.
    EXPECT_NEAR(within.p_two_sided, 2.0 / 576, 0.002);
    EXPECT_NEAR(within.p_negative, 1.0 / 576, 0.002);
    EXPECT_EQ(within.p_positive, 1);
}

TEST(ConditionalKendall, WeighsStrataEquallyAndSkipsSinglePoints) {
    const std::vector<Stratum> strata{
        {{1, 2}, {1, 2}}, {{1, 2, 3}, {3, 2, 1}}, {{5}, {5}}, {{}, {}}, {{1, 2, 3}, {1, 3, 2}}};
    const ConditionalKendall result = conditional_kendall(strata, 99, 1);
    EXPECT_EQ(result.strata, 3);
    EXPECT_EQ(result.points, 8);
    EXPECT_NEAR(result.psi, (1.0 - 1.0 + 1.0 / 3) / 3, 1e-15);
}

TEST(ConditionalKendall, OfOneStratumIsTauWithItsPermutationP) {
    const std::vector<Stratum> one{{{1, 2, 3, 4, 5}, {1, 2, 3, 4, 5}}};
    const ConditionalKendall result = conditional_kendall(one, 20'000, 3);
    EXPECT_EQ(result.psi, kendall_tau_a(one[0].x, one[0].y));
    EXPECT_NEAR(result.p_positive, 1.0 / 120, 0.003);
    EXPECT_NEAR(result.p_two_sided, 2.0 / 120, 0.004);
}

TEST(ConditionalKendall, NeverReportsAPOfZero) {
    Stratum stratum;
    for (int i = 0; i < 12; ++i) {
        stratum.x.push_back(i);
        stratum.y.push_back(i);
    }
    const ConditionalKendall result = conditional_kendall(std::vector{stratum}, 999, 1);
    EXPECT_EQ(result.p_two_sided, 0.001);
    EXPECT_EQ(result.smallest_p, 0.001);
}

TEST(ConditionalKendall, IsAPureFunctionOfTheDataInAnyOrder) {
    const std::vector<Stratum> strata{{{1, 2, 3, 4}, {2, 1, 4, 3}}, {{1, 2, 3}, {1, 3, 2}}};
    const std::vector<Stratum> shuffled{{{3, 1, 2}, {2, 1, 3}}, {{4, 1, 3, 2}, {3, 2, 4, 1}}};
    const ConditionalKendall one = conditional_kendall(strata, 500, 9);
    const ConditionalKendall other = conditional_kendall(shuffled, 500, 9);
    EXPECT_EQ(one.psi, other.psi);
    EXPECT_EQ(one.p_two_sided, other.p_two_sided);
    EXPECT_EQ(one.p_positive, other.p_positive);
    EXPECT_NE(one.p_two_sided, conditional_kendall(strata, 500, 10).p_two_sided);
}

TEST(ConditionalKendall, HoldsItsLevelWithoutAssociation) {
    const RandomStream stream(5, RandomPurpose::synthetic_data);
    std::uint64_t drawn = 0;
    constexpr int studies = 1000;
    int rejected = 0;
    for (int study = 0; study < studies; ++study) {
        std::vector<Stratum> strata(3);
        for (Stratum& stratum : strata) {
            for (int i = 0; i < 4; ++i) {
                stratum.x.push_back(stream.normal(drawn++));
                stratum.y.push_back(stream.normal(drawn++));
            }
        }
        const auto seed = static_cast<std::uint64_t>(study);
        rejected += conditional_kendall(strata, 199, seed).p_two_sided <= 0.05 ? 1 : 0;
    }
    // At most 5 % but for three standard errors, and not far below: psi has few values.
    EXPECT_LE(rejected, 71);
    EXPECT_GE(rejected, 20);
}

TEST(ConditionalKendall, IsUnknownWithoutPairs) {
    const ConditionalKendall none = conditional_kendall({}, 99, 1);
    EXPECT_EQ(none.strata, 0);
    EXPECT_TRUE(std::isnan(none.psi));
    EXPECT_TRUE(std::isnan(none.p_two_sided));
    EXPECT_THROW((void)conditional_kendall({}, 0, 1), std::invalid_argument);
    EXPECT_THROW((void)conditional_kendall(std::vector<Stratum>{{{1}, {}}}, 9, 1),
                 std::invalid_argument);
}

}  // namespace
}  // namespace batchscope::tests_of_kendall
