#include "training/evaluation_points.hpp"

#include <gtest/gtest.h>

namespace batchscope::tests_of_evaluation_points {
namespace {

TEST(LogPointsWithin, GrowByTheFactorFromASixteenthOfAnEpochOn) {
    // 1600 examples: 100, 150, 225, 337.5, 506.25, 759.375, ...
    EXPECT_EQ(log_points_within(0, 1600, 1.5), 0);
    EXPECT_EQ(log_points_within(99, 1600, 1.5), 0);
    EXPECT_EQ(log_points_within(100, 1600, 1.5), 1);
    EXPECT_EQ(log_points_within(224, 1600, 1.5), 2);
    EXPECT_EQ(log_points_within(225, 1600, 1.5), 3);
    EXPECT_EQ(log_points_within(337, 1600, 1.5), 3) << "338 is the first at or beyond 337.5";
    EXPECT_EQ(log_points_within(338, 1600, 1.5), 4);
    EXPECT_EQ(log_points_within(16000, 1600, 1.5), 13) << "12 within ten epochs, and the first";
}

TEST(LogPointsWithin, OfAFewExamplesBeginAtOne) {
    EXPECT_EQ(log_points_within(0, 3, 2), 0);
    EXPECT_GT(log_points_within(1, 3, 2), 0);
}

}  // namespace
}  // namespace batchscope::tests_of_evaluation_points
