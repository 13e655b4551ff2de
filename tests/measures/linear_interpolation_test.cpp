#include "measures/linear_interpolation.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "example_functions.hpp"

namespace batchscope::tests_of_linear_interpolation {
namespace {

TEST(LinePositions, HoldBothEndsOfTheLineExactly) {
    const auto positions = line_positions(25);
    ASSERT_EQ(positions.size(), 25U);
    EXPECT_EQ(positions[0], -1);
    EXPECT_EQ(positions[8], 0);
    EXPECT_EQ(positions[16], 1);
    EXPECT_EQ(positions[24], 2);
    for (const std::int64_t points : {4, 7, 10, 31, 100}) {
        const auto others = line_positions(points);
        const auto third = static_cast<std::size_t>(points - 1) / 3;
        EXPECT_EQ(others[third], 0);
        EXPECT_EQ(others[2 * third], 1);
    }
}

TEST(PointOnLine, IsAnEndAtAnEndAndGoesBeyond) {
    const at::Tensor from = normal(15, 10);
    const at::Tensor to = normal(15, 11);
    EXPECT_TRUE(at::equal(point_on_line(from, to, 0), from));
    EXPECT_TRUE(at::equal(point_on_line(from, to, 1), to));
    EXPECT_TRUE(at::allclose(point_on_line(from, to, 0.5), (from + to) / 2));
    EXPECT_TRUE(at::allclose(point_on_line(from, to, -1), 2 * from - to));
    EXPECT_TRUE(at::allclose(point_on_line(from, to, 2), 2 * to - from));
}

}  // namespace
}  // namespace batchscope::tests_of_linear_interpolation
