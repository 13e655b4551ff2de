#include "analysis/charts/clipping.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace batchscope {

bool operator==(const Position& one, const Position& other) {
    return one.x == other.x && one.y == other.y;
}

namespace tests_of_clipping {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr Box box{0, 0, 10, 10};
using Line = std::vector<Position>;

TEST(ClippedLine, EndsAtTheEdges) {
    EXPECT_EQ(clipped_line({{-10, 5}, {20, 5}}, box), (std::vector<Line>{{{0, 5}, {10, 5}}}));
    EXPECT_EQ(clipped_line({{5, 5}, {5, 25}}, box), (std::vector<Line>{{{5, 5}, {5, 10}}}));
    EXPECT_EQ(clipped_line({{-5, 20}, {20, 15}}, box), std::vector<Line>{});
}

TEST(ClippedLine, FallsIntoPartsWhereItLeaves) {
    EXPECT_EQ(clipped_line({{2, 5}, {2, 15}, {4, 15}, {4, 5}}, box),
              (std::vector<Line>{{{2, 5}, {2, 10}}, {{4, 10}, {4, 5}}}));
}

TEST(ClippedLine, KeepsWhatIsWithinAsItIs) {
    const Line line{{1, 1}, {5, 9}, {9, 1}};
    EXPECT_EQ(clipped_line(line, box), std::vector<Line>{line});
}

TEST(ClippedLine, HasGapsAtNaN) {
    EXPECT_EQ(clipped_line({{1, 1}, {2, 2}, {nan, 3}, {4, 4}, {5, nan}, {6, 6}, {7, 7}}, box),
              (std::vector<Line>{{{1, 1}, {2, 2}}, {{4, 4}}, {{6, 6}, {7, 7}}}));
    EXPECT_EQ(clipped_line({}, box), std::vector<Line>{});
    EXPECT_EQ(clipped_line({{nan, nan}}, box), std::vector<Line>{});
}

}  // namespace
}  // namespace tests_of_clipping

}  // namespace batchscope
