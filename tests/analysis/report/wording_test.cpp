#include "analysis/report/wording.hpp"

#include <gtest/gtest.h>

#include "core/not_finite.hpp"

namespace batchscope::tests_of_wording {
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

TEST(FormatEstimate, ShowsMeanAndHalfWidthWithTheSameDecimals) {
    EXPECT_EQ(format_estimate({3, 0.34567, 0.01, 0.01234}, 4, 3), "0.3457±0.0123");
    EXPECT_EQ(format_estimate({3, 12345.6, 10, 98.7}, 0, 3), "12346±99");
    EXPECT_EQ(format_estimate({3, -0.02, 0, 0}, 4, 3), "-0.02000±0.00000");
    EXPECT_EQ(format_estimate({3, 0, 0, 0}, 4, 3), "0.0000±0.0000");
}

TEST(FormatEstimate, KeepsFourDigitsOfASmallMean) {
    EXPECT_EQ(format_estimate({3, 0.00012346, 0, 0.00002}, 4, 3), "0.0001235±0.0000200");
}

TEST(FormatEstimate, ShowsNoWidthForOneValueAndNothingForNone) {
    EXPECT_EQ(format_estimate({1, 0.5, unknown, unknown}, 4, 1), "0.5000±n/a");
    EXPECT_EQ(format_estimate({0, unknown, unknown, unknown}, 4, 3), "n/a");
}

TEST(FormatEstimate, NamesItsOwnNumberWhereItDiffersFromTheRow) {
    EXPECT_EQ(format_estimate({2, 0.5, 0.1, 0.1}, 4, 3), "0.5000±0.1000 (n=2)");
}

TEST(MinusSigns, BeginNumbersAlone) {
    EXPECT_EQ(with_minus_signs("-0.5 (-3 points) [-1, 2]"), "−0.5 (−3 points) [−1, 2]");
    EXPECT_EQ(with_minus_signs("batch_size-64, 1e-05, a - b, -"), "batch_size-64, 1e-05, a - b, -");
}

}  // namespace
}  // namespace batchscope::tests_of_wording
