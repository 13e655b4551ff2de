#include "analysis/charts/number_format.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace batchscope::tests_of_number_format {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
using Labels = std::vector<std::string>;

TEST(FormatNumber, ShowsSignificantDigitsWithoutNeedlessZeros) {
    EXPECT_EQ(format_number(0), "0");
    EXPECT_EQ(format_number(-0.0), "0");
    EXPECT_EQ(format_number(0.5), "0.5");
    EXPECT_EQ(format_number(0.123456), "0.1235");
    EXPECT_EQ(format_number(-12.3456), "−12.35");
    EXPECT_EQ(format_number(0.999996), "1");
    EXPECT_EQ(format_number(4096), "4,096");
    EXPECT_EQ(format_number(123456, 4), "123,500");
    EXPECT_EQ(format_number(123456, 6), "123,456");
    EXPECT_EQ(format_number(9'999'999, 7), "9,999,999");
}

TEST(FormatNumber, ShowsVeryLargeAndSmallOnesAsPowersOfTen) {
    EXPECT_EQ(format_number(1e7), "10⁷");
    EXPECT_EQ(format_number(-2.5e12), "−2.5×10¹²");
    EXPECT_EQ(format_number(0.0001), "0.0001");
    EXPECT_EQ(format_number(0.00002), "2×10⁻⁵");
}

TEST(FormatNumber, ShowsWhatIsNoNumber) {
    EXPECT_EQ(format_number(nan), "–");
    EXPECT_EQ(format_number(infinity), "∞");
    EXPECT_EQ(format_number(-infinity), "−∞");
}

TEST(LinearTickLabels, HaveAsManyDecimalsAsTheStepNeeds) {
    EXPECT_EQ(linear_tick_labels({0, 0.5, 1}, NumberFormat::number), (Labels{"0.0", "0.5", "1.0"}));
    EXPECT_EQ(linear_tick_labels({-2, 0, 2}, NumberFormat::number), (Labels{"−2", "0", "2"}));
    EXPECT_EQ(linear_tick_labels({0.88, 0.885, 0.89}, NumberFormat::percent),
              (Labels{"88.0\u00A0%", "88.5\u00A0%", "89.0\u00A0%"}));
    EXPECT_EQ(linear_tick_labels({-0.01, 0, 0.01}, NumberFormat::points),
              (Labels{"−1", "0", "+1"}));
    EXPECT_EQ(linear_tick_labels({0, 20000}, NumberFormat::signed_number),
              (Labels{"0", "+20,000"}));
    EXPECT_EQ(linear_tick_labels({0, 1e7, 2e7}, NumberFormat::number),
              (Labels{"0", "10⁷", "2×10⁷"}));
}

TEST(LinearTickLabels, AreThereForOneTickAndForNone) {
    EXPECT_EQ(linear_tick_labels({}, NumberFormat::number), Labels{});
    EXPECT_EQ(linear_tick_labels({0.25}, NumberFormat::percent), Labels{"25\u00A0%"});
}

TEST(SingleTickLabel, WritesPowersOfTwoAsNumbers) {
    EXPECT_EQ(single_tick_label(16, NumberFormat::number), "16");
    EXPECT_EQ(single_tick_label(65536, NumberFormat::number), "65,536");
    EXPECT_EQ(single_tick_label(0.25, NumberFormat::number), "0.25");
    EXPECT_EQ(single_tick_label(0.29, NumberFormat::percent), "29\u00A0%");
    EXPECT_EQ(single_tick_label(nan, NumberFormat::number), "–");
}

}  // namespace
}  // namespace batchscope::tests_of_number_format
