#include "config/value.hpp"

#include <gtest/gtest.h>

#include <clocale>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace batchscope::tests_of_value {
namespace {

TEST(ParseNumber, TakesEverySpellingOfANumber) {
    for (const char* text : {"1e-4", "1E-4", "1.e-4", "1.0e-04", ".0001", "+1e-4", "0.0001"}) {
        EXPECT_EQ(parse_number(text), 1e-4) << text;
    }
    EXPECT_EQ(parse_number("-2.5"), -2.5);
    EXPECT_FALSE(std::signbit(parse_number("-0")));
    EXPECT_EQ(parse_number("1e308"), 1e308);
}

TEST(ParseNumber, RefusesWhatIsNoNumber) {
    for (const char* text :
         {"",    "abc",   "1e-4x", ".nan",  ".inf",  "nan",   "inf",    "-inf", "infinity",
          "1e",  "e4",    ".",     "-",     "+",     "+-1",   "--1",    "1 ",   " 1",
          "1,5", "1_000", "0x10",  "1e5.0", "1.2.3", "1e999", "-1e999", "64\n"}) {
        EXPECT_THROW((void)parse_number(text), std::invalid_argument) << text;
    }
}

TEST(ParseNumber, DoesNotFollowTheLocale) {
    // Where the system has no German locale, the default one is tested again.
    const char* german = std::setlocale(LC_NUMERIC, "de_DE.UTF-8");
    EXPECT_EQ(parse_number("0.5"), 0.5);
    EXPECT_THROW((void)parse_number("0,5"), std::invalid_argument);
    EXPECT_EQ(format_number(0.5), "0.5");
    if (german != nullptr) {
        std::setlocale(LC_NUMERIC, "C");
    }
}

TEST(ParseInteger, NeverCutsOff) {
    EXPECT_EQ(parse_integer("64"), 64);
    EXPECT_EQ(parse_integer("+64"), 64);
    EXPECT_EQ(parse_integer("-3"), -3);
    EXPECT_EQ(parse_integer("007"), 7);
    EXPECT_EQ(parse_integer("1e3"), 1000);
    EXPECT_EQ(parse_integer("64.0"), 64);
    EXPECT_EQ(parse_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
    for (const char* text : {"", "64.5", "1e-3", "abc", "64x", "1e30", "9223372036854775808", "inf",
                             "0x10", "1e999", "9007199254740993.0e1"}) {
        EXPECT_THROW((void)parse_integer(text), std::invalid_argument) << text;
    }
}

TEST(ParseBoolean, TakesTwoWordsOnly) {
    EXPECT_TRUE(parse_boolean("true"));
    EXPECT_FALSE(parse_boolean("false"));
    for (const char* text : {"", "True", "yes", "on", "1", "0", "FALSE", "true "}) {
        EXPECT_THROW((void)parse_boolean(text), std::invalid_argument) << text;
    }
}

TEST(FormatValue, IsTheShortestTextThatReadsBack) {
    EXPECT_EQ(format_value(0.00002), "2e-05");
    EXPECT_EQ(format_value(0.1), "0.1");
    EXPECT_EQ(format_value(10.0), "10");
    EXPECT_EQ(format_value(std::int64_t{4096}), "4096");
    EXPECT_EQ(format_value(true), "true");
    EXPECT_EQ(format_value(std::string{"linear"}), "linear");
    EXPECT_EQ(format_value(std::vector<std::int64_t>{512, 256}), "[512,256]");
    EXPECT_EQ(format_value(std::vector<std::string>{"trace", "keskar"}), "[trace,keskar]");
    EXPECT_EQ(format_value(std::monostate{}), "auto");
    for (const double value : {0.1 + 0.2, 1.0 / 3.0, 5e-324, 1.7976931348623157e308, 123456789.0}) {
        EXPECT_EQ(parse_number(format_number(value)), value);
    }
}

TEST(YamlValue, IsReadAlikeByYaml11AndYaml12) {
    EXPECT_EQ(yaml_value(0.00002), "2.0e-05");
    EXPECT_EQ(yaml_value(1.5e-7), "1.5e-07");
    EXPECT_EQ(yaml_value(1e16), "1.0e+16");
    EXPECT_EQ(yaml_value(std::vector<double>{1.0, 2e-5}), "[1, 2.0e-05]");
    EXPECT_EQ(yaml_value(std::vector<std::int64_t>{}), "[]");
    EXPECT_EQ(yaml_value(std::vector<std::string>{"trace", "null"}), "[trace, \"null\"]");
    EXPECT_EQ(yaml_value(std::vector<std::string>{}), "[]");
    EXPECT_EQ(yaml_value(std::string{"fashion-mnist"}), "fashion-mnist");
    EXPECT_EQ(yaml_value(std::string{"/usr/share/x_1.2"}), "/usr/share/x_1.2");
    for (const char* word : {"null", "True", "no", "2024", "1e3", "~", "a b", "a: b", "#x", ""}) {
        EXPECT_EQ(yaml_value(std::string{word}), '"' + std::string{word} + '"');
    }
    EXPECT_EQ(yaml_value(std::string{"a\"\\\n"}), "\"a\\\"\\\\\\x0a\"");
}

}  // namespace
}  // namespace batchscope::tests_of_value
