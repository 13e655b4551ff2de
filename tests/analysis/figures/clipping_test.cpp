#include "analysis/figures/clipping.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace batchscope {

bool operator==(const Position& one, const Position& other) {
    return one.x == other.x && one.y == other.y;
}

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

TEST(ClippedArea, IsCutAtTheEdges) {
    const Line inside{{1, 1}, {5, 1}, {5, 5}};
    EXPECT_EQ(clipped_area(inside, box), inside);
    double area = 0;
    const Line cut = clipped_area({{-5, -5}, {15, -5}, {15, 15}, {-5, 15}}, box);
    for (std::size_t i = 0; i < cut.size(); ++i) {
        const Position& a = cut[i];
        const Position& b = cut[(i + 1) % cut.size()];
        area += (a.x * b.y - b.x * a.y) / 2;
    }
    EXPECT_DOUBLE_EQ(area, 100);
    EXPECT_TRUE(clipped_area({{20, 20}, {30, 20}, {30, 30}}, box).empty());
    EXPECT_TRUE(clipped_area({}, box).empty());
}

}  // namespace
}  // namespace batchscope
