#include "analysis/statistics/interpolation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

namespace batchscope::tests_of_interpolation {
namespace {

TEST(InterpolationError, OfAParabolaIsTwiceItsOwn) {
    // y = x^2: the line from 1 to 3 is 4x - 3; at 2 it says 5, and 4 is right.
    const std::vector<double> x{0, 1, 3, 4};
    const std::vector<double> y{0, 1, 9, 16};
    EXPECT_NEAR(interpolation_error(x, y, 2, 2), 2, 1e-12);
    EXPECT_EQ(interpolation_error(x, y, 2, 3), 0);
    EXPECT_EQ(interpolation_error(x, y, 2, 1), 0);
}

TEST(InterpolationError, OfALineIsNone) {
    const std::vector<double> x{0, 1, 2, 3};
    const std::vector<double> y{5, 4, 3, 2};
    EXPECT_NEAR(interpolation_error(x, y, 2, 1.3), 0, 1e-12);
}

TEST(InterpolationError, TakesTheLargerOfBothNeighbours) {
    const std::vector<double> x{0, 1, 2, 3};
    const std::vector<double> y{0, 1, 2, 9};  // straight before, bent after
    EXPECT_NEAR(interpolation_error(x, y, 2, 1.5), 2 * 3 * 0.25, 1e-12);
    EXPECT_NEAR(
        interpolation_error(std::vector<double>{0, 1, 2}, std::vector<double>{0, 1, 2}, 2, 1.5), 0,
        1e-12)
        << "the last row has one neighbour";
}

TEST(InterpolationError, FromTheFirstRowOnIsTheFartherEnd) {
    const std::vector<double> x{0, 1, 2};
    const std::vector<double> y{0, 10, 10};
    EXPECT_EQ(interpolation_error(x, y, 1, 0.25), 7.5);
    EXPECT_THROW((void)interpolation_error(x, y, 0, 0), std::invalid_argument);
    EXPECT_THROW((void)interpolation_error(x, y, 3, 3), std::invalid_argument);
}

TEST(IsResolved, WhereTheErrorIsAtMostHalfOfTheInterval) {
    EXPECT_TRUE(is_resolved(0.1, 0.1, 0.02));
    EXPECT_FALSE(is_resolved(0.101, 0.1, 0.02));
    EXPECT_TRUE(is_resolved(0.01, 0.001, 0.02)) << "it does not matter";
    EXPECT_FALSE(is_resolved(0.011, std::nan(""), 0.02)) << "one seed has no interval";
}

TEST(WithInterpolationError, MovesTheMeanTowardsZeroAndWidensTheInterval) {
    const PairedComparison read = paired_comparison(std::vector{0.9, 1.0, 1.1}, 0.95);
    const PairedComparison none = with_interpolation_error(read, 0);
    EXPECT_NEAR(none.p_two_sided, read.p_two_sided, 1e-15);
    EXPECT_EQ(none.half_width, read.half_width);
    const PairedComparison some = with_interpolation_error(read, 0.5);
    EXPECT_NEAR(some.p_two_sided, paired_comparison(std::vector{0.4, 0.5, 0.6}, 0.95).p_two_sided,
                1e-12);
    EXPECT_EQ(some.mean, read.mean);
    EXPECT_NEAR(some.half_width, read.half_width + 0.5, 1e-15);
    EXPECT_EQ(with_interpolation_error(read, 2).p_two_sided, 1);
    EXPECT_LT(with_interpolation_error(reversed(read), 0.5).p_less, 0.05);
}

}  // namespace
}  // namespace batchscope::tests_of_interpolation
