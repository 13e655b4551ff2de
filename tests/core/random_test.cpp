#include "core/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

namespace batchscope::tests_of_random {
namespace {

// Known answers of the authors' library (Random123, kat_vectors, philox4x32 10).
TEST(Philox, GivesThePublishedKnownAnswers) {
    EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
              (PhiloxCounter{0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U}));
    EXPECT_EQ(
        philox({0xffffffffU, 0xffffffffU, 0xffffffffU, 0xffffffffU}, {0xffffffffU, 0xffffffffU}),
        (PhiloxCounter{0x408f276dU, 0x41c83b0eU, 0xa20bc7c6U, 0x6d5451fdU}));
    EXPECT_EQ(
        philox({0x243f6a88U, 0x85a308d3U, 0x13198a2eU, 0x03707344U}, {0xa4093822U, 0x299f31d0U}),
        (PhiloxCounter{0xd16cfe09U, 0x94fdccebU, 0x5001e420U, 0x24126ea1U}));
}

TEST(RandomStream, DependsOnEveryPartOfItsName) {
    const RandomStream base(1, RandomPurpose::order, 2, 3);
    EXPECT_EQ(base.bits(5), RandomStream(1, RandomPurpose::order, 2, 3).bits(5));
    EXPECT_NE(base.bits(5), base.bits(6));
    EXPECT_NE(base.bits(5), RandomStream(2, RandomPurpose::order, 2, 3).bits(5));
    EXPECT_NE(base.bits(5), RandomStream(1, RandomPurpose::dropout, 2, 3).bits(5));
    EXPECT_NE(base.bits(5), RandomStream(1, RandomPurpose::order, 3, 3).bits(5));
    EXPECT_NE(base.bits(5), RandomStream(1, RandomPurpose::order, 2, 2).bits(5));
}

TEST(RandomStream, HasTheMomentsOfItsDistributions) {
    const RandomStream stream(7, RandomPurpose::probe);
    constexpr int draws = 100000;
    double uniform_sum = 0;
    double normal_sum = 0;
    double normal_square_sum = 0;
    for (std::uint64_t i = 0; i < draws; ++i) {
        uniform_sum += stream.uniform(i);
        const double x = stream.normal(i);
        normal_sum += x;
        normal_square_sum += x * x;
    }
    const double root = std::sqrt(static_cast<double>(draws));
    EXPECT_NEAR(uniform_sum / draws, 0.5, 4 * std::sqrt(1.0 / 12) / root);
    EXPECT_NEAR(normal_sum / draws, 0.0, 4 / root);
    EXPECT_NEAR(normal_square_sum / draws, 1.0, 4 * std::sqrt(2.0) / root);
}

TEST(RandomStream, FillsTheSameWordsInAnyParts) {
    const RandomStream stream(3, RandomPurpose::dropout, 11);
    std::vector<std::uint32_t> whole(37);
    stream.fill_words(0, whole);
    std::vector<std::uint32_t> parts(37);
    const std::span<std::uint32_t> view(parts);
    stream.fill_words(0, view.subspan(0, 5));
    stream.fill_words(5, view.subspan(5, 2));
    stream.fill_words(7, view.subspan(7));
    EXPECT_EQ(whole, parts);
}

TEST(RandomPermutation, HoldsEveryIndexOnceAndReachesAllOrders) {
    auto order = random_permutation(RandomStream(1, RandomPurpose::order), 1000);
    std::sort(order.begin(), order.end());
    for (std::int64_t i = 0; i < 1000; ++i) {
        ASSERT_EQ(order[static_cast<std::size_t>(i)], i);
    }
    std::array<int, 6> counts{};
    for (std::uint64_t draw = 0; draw < 6000; ++draw) {
        const auto three = random_permutation(RandomStream(1, RandomPurpose::order, draw), 3);
        counts[static_cast<std::size_t>(three[0] * 2 + (three[1] > three[2] ? 1 : 0))]++;
    }
    for (const int count : counts) {
        EXPECT_NEAR(count, 1000, 5 * std::sqrt(1000.0 * 5 / 6));
    }
    EXPECT_TRUE(random_permutation(RandomStream(1, RandomPurpose::order), 0).empty());
}

TEST(RandomSubset, HoldsDifferentNumbersAndReachesAllSetsAlike) {
    constexpr int draws = 10000;
    std::map<std::vector<std::int64_t>, int> counts;
    for (std::uint64_t draw = 0; draw < draws; ++draw) {
        const auto subset = random_subset(RandomStream(1, RandomPurpose::probe, draw), 5, 3);
        ASSERT_EQ(subset.size(), 3U);
        ASSERT_TRUE(0 <= subset[0] && subset[0] < subset[1] && subset[1] < subset[2] &&
                    subset[2] < 5);
        ++counts[subset];
    }
    ASSERT_EQ(counts.size(), 10U);
    for (const auto& [subset, count] : counts) {
        EXPECT_NEAR(count, draws / 10, 5 * std::sqrt(draws * 0.1 * 0.9));
    }
    const RandomStream stream(1, RandomPurpose::probe);
    EXPECT_TRUE(random_subset(stream, 5, 0).empty());
    EXPECT_EQ(random_subset(stream, 4, 4), (std::vector<std::int64_t>{0, 1, 2, 3}));
    EXPECT_EQ(random_subset(stream, std::int64_t{1} << 50, 3).size(), 3U) << "at no cost";
}

}  // namespace
}  // namespace batchscope::tests_of_random
