#include "analysis/charts/text_measure.hpp"

#include <gtest/gtest.h>

namespace batchscope::tests_of_text_measure {
namespace {

using Lines = std::vector<std::string>;

TEST(TextWidth, IsThatOfDejaVuSans) {
    EXPECT_DOUBLE_EQ(text_width("", 10), 0);
    EXPECT_DOUBLE_EQ(text_width("0000", 10), 25.44);
    EXPECT_DOUBLE_EQ(text_width("il", 100), 55.6);
    EXPECT_GT(text_width("bold", 10, true), text_width("bold", 10));
}

TEST(TextWidth, CountsCharactersNotBytes) {
    EXPECT_DOUBLE_EQ(text_width("배치", 10), 20);
    EXPECT_LT(text_width("é", 10), 10);
    EXPECT_LE(text_width("−", 10), 10);
}

TEST(WrapText, BreaksAtSpaces) {
    const double width = text_width("one two", 10);
    EXPECT_EQ(wrap_text("one two three", 10, width), (Lines{"one two", "three"}));
    EXPECT_EQ(wrap_text("one two", 10, width), (Lines{"one two"}));
    EXPECT_EQ(wrap_text("", 10, width), (Lines{""}));
    EXPECT_EQ(wrap_text("a\nb", 10, width), (Lines{"a", "b"}));
    EXPECT_EQ(wrap_text("배치 크기", 10, 25), (Lines{"배치", "크기"}));
}

TEST(WrapText, BreaksWordsThatAreTooWideAndLosesNothing) {
    const std::string word = "한국어wordwithoutanyspaces";
    const Lines lines = wrap_text("a " + word, 10, 40);
    std::string together;
    for (const std::string& line : lines) {
        EXPECT_LE(text_width(line, 10), 40);
        together += line;
    }
    EXPECT_EQ(together, "a" + word);
}

TEST(WrapText, EndsWhereNoCharacterFits) {
    EXPECT_EQ(wrap_text("ab", 10, 0), (Lines{"a", "b"}));
    EXPECT_EQ(wrap_text("\xFF\xFE", 10, 0).size(), 2U);
}

TEST(PrintableText, ReplacesWhatXmlCannotHold) {
    EXPECT_EQ(printable_text("a\tb\nc"), "a\tb\nc");
    EXPECT_EQ(printable_text(std::string("a\0b", 3)), "a\uFFFDb");
    EXPECT_EQ(printable_text("\x01\x1F\x7F"), "\uFFFD\uFFFD\uFFFD");
    EXPECT_EQ(printable_text("\r"), "\uFFFD");
    EXPECT_EQ(printable_text("배치 −½ 😀"), "배치 −½ 😀");
}

TEST(PrintableText, ReplacesWhatIsNoUtf8) {
    EXPECT_EQ(printable_text("\xFF"), "\uFFFD");
    EXPECT_EQ(printable_text("\xC3"), "\uFFFD");                                // cut off
    EXPECT_EQ(printable_text("\xC0\x80"), "\uFFFD\uFFFD");                      // overlong
    EXPECT_EQ(printable_text("\xED\xA0\x80").find("\xED"), std::string::npos);  // surrogate
    EXPECT_EQ(printable_text("\xF5\x80\x80\x80").find("\xF5"), std::string::npos);
    EXPECT_EQ(printable_text("\xEF\xBF\xBF"), "\uFFFD");  // no character
    EXPECT_EQ(printable_text("\xE2\x82z"), "\uFFFD\uFFFDz");
}

}  // namespace
}  // namespace batchscope::tests_of_text_measure
