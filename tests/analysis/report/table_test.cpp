#include "analysis/report/table.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace batchscope {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

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
    EXPECT_EQ(format_estimate({1, 0.5, nan, nan}, 4, 1), "0.5000±n/a");
    EXPECT_EQ(format_estimate({0, nan, nan, nan}, 4, 3), "n/a");
}

TEST(FormatEstimate, NamesItsOwnNumberWhereItDiffersFromTheRow) {
    EXPECT_EQ(format_estimate({2, 0.5, 0.1, 0.1}, 4, 3), "0.5000±0.1000 (n=2)");
}

TEST(TextTable, AlignsUtf8AndBreaksLongHeadings) {
    TextTable table({"batch", "learning_rate_scaling", "loss"});
    table.add_row({"64", "none", "0.5±0.1"});
    table.add_row({"4096", "linear", "0.25±n/a"});
    EXPECT_EQ(table.text(),
              "       learning_\n"
              "           rate_\n"
              "batch    scaling      loss\n"
              "   64       none   0.5±0.1\n"
              " 4096     linear  0.25±n/a\n");
}

TEST(DisplayWidth, CountsHangulTwice) {
    EXPECT_EQ(display_width("배치 64"), 7U);
    EXPECT_EQ(display_width("±▲▼="), 4U);
}

TEST(Wrapped, BreaksAtSpacesAndIndentsWhatFollows) {
    EXPECT_EQ(wrapped("", 2), "");
    EXPECT_EQ(wrapped("short", 2), "short\n");
    const std::string word(30, 'x');
    EXPECT_EQ(wrapped(word + " " + word + " " + word, 2), word + " " + word + "\n  " + word + "\n");
    EXPECT_EQ(wrapped(std::string(100, 'x'), 2), std::string(100, 'x') + "\n");
}

}  // namespace
}  // namespace batchscope
