#include "data/batch_order.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "data_files.hpp"

namespace batchscope::tests_of_batch_order {
namespace {

TEST(EpochOrder, VisitsEveryPositionOnce) {
    for (const std::int64_t size : {1, 2, 22, 1000}) {
        auto order = epoch_order(1, 0, size);
        std::sort(order.begin(), order.end());
        std::vector<std::int64_t> expected(static_cast<std::size_t>(size));
        std::iota(expected.begin(), expected.end(), 0);
        EXPECT_EQ(order, expected);
    }
}

TEST(EpochOrder, DependsOnSeedAndEpochAlone) {
    const auto order = epoch_order(1, 0, 500);
    EXPECT_EQ(order, epoch_order(1, 0, 500));
    EXPECT_NE(order, epoch_order(2, 0, 500));
    EXPECT_NE(order, epoch_order(1, 1, 500));
    EXPECT_NE(epoch_order(1, 2, 500), epoch_order(2, 1, 500));
}

// A change of the order would change every result of every user: this pins it.
TEST(EpochOrder, StaysTheSameFromVersionToVersion) {
    EXPECT_EQ(epoch_order(1, 0, 10), (std::vector<std::int64_t>{0, 6, 1, 7, 8, 9, 3, 4, 5, 2}));
    EXPECT_EQ(epoch_order(7, 3, 10), (std::vector<std::int64_t>{0, 6, 3, 1, 9, 5, 4, 8, 7, 2}));
}

TEST(LocalBatchOf, PartitionsEveryBatchAmongAnyRanks) {
    for (int ranks = 1; ranks <= 9; ++ranks) {
        for (std::int64_t batch = 0; batch <= 70; ++batch) {
            std::int64_t next = 0;
            for (int rank = 0; rank < ranks; ++rank) {
                const LocalBatch local_batch = local_batch_of(batch, rank, ranks);
                EXPECT_EQ(local_batch.begin, next);
                EXPECT_GE(local_batch.size(), batch / ranks);
                EXPECT_LE(local_batch.size(), (batch + ranks - 1) / ranks);
                next = local_batch.end;
            }
            EXPECT_EQ(next, batch) << batch << " over " << ranks;
        }
    }
}

TEST(LocalBatchOf, FollowsTheStatedFormula) {
    EXPECT_EQ(local_batch_of(10, 1, 4).begin, 2);
    EXPECT_EQ(local_batch_of(10, 1, 4).end, 5);
    EXPECT_EQ(local_batch_of(2, 0, 4).size(), 0);
    EXPECT_EQ(local_batch_of(2, 1, 4).size(), 1);
}

TEST(LocalBatchOf, UsesEachExampleOncePerEpochOnAnyRanks) {
    constexpr std::int64_t size = 22;
    constexpr std::int64_t batch_size = 4;
    const auto order = epoch_order(3, 1, size);
    for (int ranks = 1; ranks <= 9; ++ranks) {
        std::vector<std::int64_t> visited;
        for (std::int64_t begin = 0; begin < size; begin += batch_size) {
            const std::int64_t batch = std::min(batch_size, size - begin);
            for (int rank = 0; rank < ranks; ++rank) {
                const LocalBatch local_batch = local_batch_of(batch, rank, ranks);
                for (std::int64_t i = local_batch.begin; i < local_batch.end; ++i) {
                    visited.push_back(order[static_cast<std::size_t>(begin + i)]);
                }
            }
        }
        EXPECT_EQ(visited, order) << ranks;
    }
}

TEST(CheckBatchSize, RefusesMoreThanTheTrainingExamplesNamingBoth) {
    EXPECT_NO_THROW(check_batch_size(100, 100));
    expect_error(ExitCode::configuration, {"training.batch_size is 128", "100 training examples"},
                 [] { check_batch_size(128, 100); });
}

TEST(AugmentationOf, ChangesNothingUnlessAsked) {
    const Augmentation none = augmentation_of({}, 1, 2, 3);
    EXPECT_EQ(none.row_shift, 0);
    EXPECT_EQ(none.column_shift, 0);
    EXPECT_FALSE(none.flip);
}

bool equal(const Augmentation& a, const Augmentation& b) {
    return a.row_shift == b.row_shift && a.column_shift == b.column_shift && a.flip == b.flip;
}

TEST(AugmentationOf, DependsOnSeedEpochAndExample) {
    // With 2 x 17 x 17 outcomes each, fifty equal ones in a row do not happen by chance.
    const AugmentationSettings settings{8, true};
    const auto differs = [&](std::uint64_t seed, std::int64_t epoch, std::int64_t shift) {
        for (std::int64_t i = 0; i < 50; ++i) {
            if (!equal(augmentation_of(settings, 1, 0, i),
                       augmentation_of(settings, seed, epoch, i + shift))) {
                return true;
            }
        }
        return false;
    };
    EXPECT_FALSE(differs(1, 0, 0));
    EXPECT_TRUE(differs(2, 0, 0));
    EXPECT_TRUE(differs(1, 1, 0));
    EXPECT_TRUE(differs(1, 0, 1));
}

TEST(AugmentationOf, FlipsHalfAndShiftsEvenlyOverTheWholeRange) {
    const AugmentationSettings settings{2, true};
    constexpr int draws = 20000;
    std::array<int, 5> rows{};
    std::array<int, 5> columns{};
    int both = 0;
    int flips = 0;
    for (std::int64_t i = 0; i < draws; ++i) {
        const Augmentation drawn = augmentation_of(settings, 5, 1, i);
        ASSERT_LE(std::abs(drawn.row_shift), 2);
        ASSERT_LE(std::abs(drawn.column_shift), 2);
        rows[static_cast<std::size_t>(drawn.row_shift + 2)]++;
        columns[static_cast<std::size_t>(drawn.column_shift + 2)]++;
        both += drawn.row_shift == drawn.column_shift ? 1 : 0;
        flips += drawn.flip ? 1 : 0;
    }
    const double spread = 4.5 * std::sqrt(draws * 0.2 * 0.8);
    for (std::size_t k = 0; k < 5; ++k) {
        EXPECT_NEAR(rows[k], draws / 5, spread);
        EXPECT_NEAR(columns[k], draws / 5, spread);
    }
    EXPECT_NEAR(both, draws / 5, spread);
    EXPECT_NEAR(flips, draws / 2, 4.5 * std::sqrt(draws / 4.0));
}

TEST(AugmentationOf, OneKindLeavesTheOtherAsItWas) {
    for (std::int64_t i = 0; i < 50; ++i) {
        const Augmentation both = augmentation_of({4, true}, 1, 0, i);
        EXPECT_EQ(augmentation_of({4, false}, 1, 0, i).row_shift, both.row_shift);
        EXPECT_EQ(augmentation_of({4, false}, 1, 0, i).column_shift, both.column_shift);
        EXPECT_EQ(augmentation_of({0, true}, 1, 0, i).flip, both.flip);
    }
}

}  // namespace
}  // namespace batchscope::tests_of_batch_order
