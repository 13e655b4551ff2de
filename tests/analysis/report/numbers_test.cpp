#include "analysis/report/numbers.hpp"

#include <gtest/gtest.h>

#include "analysis/statistics/interval.hpp"

namespace batchscope {
namespace {

TEST(LevelText, HasTwoDigitsOfTheWidth) {
    EXPECT_EQ(level_text(estimate_mean({0.04, 0.05, 0.045}, 0.95), false), "0.045 ± 0.012");
    EXPECT_EQ(level_text(estimate_mean({1234, 1236, 1241}, 0.95), false), "1237.0 ± 9.0");
    EXPECT_EQ(level_text(estimate_mean({0.1234567, 0.1234568}, 0.95), false), "0.12346 ± 0.00000");
}

TEST(LevelText, WritesFractionsAsPercentages) {
    EXPECT_EQ(level_text(estimate_mean({0.88, 0.89, 0.90}, 0.95), true), "89.00 ± 2.48 %");
}

TEST(LevelText, OfOneValueHasNoInterval) {
    EXPECT_EQ(level_text(estimate_mean({0.12345}, 0.95), false), "0.1235");
    EXPECT_EQ(level_text(estimate_mean({0.875}, 0.95), true), "87.50 %");
}

TEST(LevelText, OfEqualValuesIsExact) {
    EXPECT_EQ(level_text(estimate_mean({0.5, 0.5}, 0.95), false), "0.5000 ± 0.0000");
    EXPECT_EQ(level_text(estimate_mean({0, 0}, 0.95), false), "0.000 ± 0.000");
}

TEST(LevelText, OfNothingIsADash) {
    EXPECT_EQ(level_text(estimate_mean({}, 0.95), true), "–");
}

TEST(MinusSigns, BeginNumbersAlone) {
    EXPECT_EQ(with_minus_signs("-0.5 (-3 points) [-1, 2]"), "−0.5 (−3 points) [−1, 2]");
    EXPECT_EQ(with_minus_signs("batch_size-64, 1e-05, a - b, -"), "batch_size-64, 1e-05, a - b, -");
}

}  // namespace
}  // namespace batchscope
