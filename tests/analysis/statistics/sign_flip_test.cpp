#include "analysis/statistics/sign_flip.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

namespace batchscope::tests_of_sign_flip {
namespace {

TEST(SignFlip, GivesFishersTestOfDarwinsMaize) {
    const SignFlipTest test = sign_flip_test(
        std::vector<double>{49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48});
    EXPECT_EQ(test.n, 15);
    EXPECT_DOUBLE_EQ(test.p_greater, 863.0 / 32768);
    EXPECT_DOUBLE_EQ(test.p_two_sided, 1726.0 / 32768);
    EXPECT_DOUBLE_EQ(test.smallest_p_two_sided, 2.0 / 32768);
}

TEST(SignFlip, HasAFloorThatFewSeedsCannotPass) {
    const std::vector<std::pair<std::size_t, double>> floors{
        {1, 1}, {3, 0.25}, {4, 0.125}, {5, 0.0625}, {6, 0.03125}, {7, 0.015625}, {10, 2.0 / 1024}};
    for (const auto& [n, floor] : floors) {
        std::vector<double> all_better;
        for (std::size_t i = 0; i < n; ++i) {
            all_better.push_back(1 + static_cast<double>(i));
        }
        const SignFlipTest test = sign_flip_test(all_better);
        EXPECT_DOUBLE_EQ(test.p_two_sided, floor) << n;
        EXPECT_DOUBLE_EQ(test.smallest_p_two_sided, floor) << n;
        EXPECT_DOUBLE_EQ(test.p_greater, floor / 2) << n;
        EXPECT_DOUBLE_EQ(test.p_less, 1) << n;
    }
}

TEST(SignFlip, CountsSumsThatRoundingAloneSeparates) {
    // Of the eight sums, those of (+,+,-) and (-,-,+) are 0 but for rounding, as is the sum seen.
    const SignFlipTest test = sign_flip_test(std::vector<double>{0.1, 0.2, -0.3});
    EXPECT_DOUBLE_EQ(test.p_two_sided, 1);
    EXPECT_DOUBLE_EQ(test.p_greater, 5.0 / 8);
    EXPECT_DOUBLE_EQ(test.p_less, 5.0 / 8);
}

TEST(SignFlip, OfNoDifferencesAtAllIsOne) {
    const SignFlipTest test = sign_flip_test(std::vector<double>(4, 0.0));
    EXPECT_EQ(test.p_two_sided, 1);
    EXPECT_EQ(test.p_greater, 1);
    EXPECT_EQ(test.p_less, 1);
}

TEST(SignFlip, DoesNotDependOnTheOrderAndMirrorsWithTheSign) {
    std::vector<double> differences{0.3, -0.1, 0.25, 0.7, -0.05};
    std::vector<double> mirrored;
    for (const double difference : differences) {
        mirrored.push_back(-difference);
    }
    const SignFlipTest first = sign_flip_test(differences);
    EXPECT_EQ(sign_flip_test(mirrored).p_less, first.p_greater);
    EXPECT_EQ(sign_flip_test(mirrored).p_two_sided, first.p_two_sided);
    std::sort(differences.begin(), differences.end());
    do {
        ASSERT_EQ(sign_flip_test(differences).p_two_sided, first.p_two_sided);
        ASSERT_EQ(sign_flip_test(differences).p_greater, first.p_greater);
    } while (std::next_permutation(differences.begin(), differences.end()));
}

TEST(SignFlip, IsUnknownForNoneAndForTooMany) {
    EXPECT_TRUE(std::isnan(sign_flip_test({}).p_two_sided));
    EXPECT_TRUE(std::isnan(sign_flip_test(std::vector<double>(21, 1.0)).p_two_sided));
    EXPECT_DOUBLE_EQ(sign_flip_test(std::vector<double>(20, 1.0)).p_two_sided, 2.0 / 1048576);
}

TEST(SignFlip, RefusesWhatIsNotFinite) {
    EXPECT_THROW(
        (void)sign_flip_test(std::vector<double>{1, std::numeric_limits<double>::quiet_NaN()}),
        std::invalid_argument);
}

}  // namespace
}  // namespace batchscope::tests_of_sign_flip
