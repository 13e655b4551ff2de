#include "config/yaml_reader.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace batchscope::tests_of_yaml_reader {
namespace {

YamlPlace map_of(const std::string& text) {
    return top_level_map(text, {.name = "a.yaml", .has_lines = true}, "say something", "say a map");
}

/// "problem | remedy"
std::string refusal(const std::function<void()>& read) {
    try {
        read();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::configuration);
        return error.problem() + " | " + error.remedy();
    }
    return "no error";
}

std::string refusal_of_entries(const std::string& text) {
    return refusal([&] { (void)entries_of(map_of(text), {"count", "share", "note"}); });
}

TEST(YamlReader, ReadsTextsAndNumbersOfAMap) {
    const YamlEntries entries = entries_of(map_of("share: 1e-1\n\ncount: 1e3"), {"count", "share"});
    EXPECT_EQ(integer_from(entries.at("count"), 1000), 1000);
    EXPECT_EQ(number_between(entries.at("share"), 0, 1), 0.1);
    EXPECT_EQ(text_of(entries.at("share")), "1e-1");
    EXPECT_EQ(entries.at("count").where, "a.yaml:3");
    EXPECT_EQ(entries.at("count").path, "count");
}

TEST(YamlReader, RefusesWhatIsNoMapOfKnownNamesEachOnce) {
    EXPECT_EQ(refusal_of_entries(""), "a.yaml: the file says nothing | say something");
    EXPECT_EQ(refusal_of_entries("[1]"), "a.yaml:1: the file is not a map of keys | say a map");
    EXPECT_EQ(refusal_of_entries("share: 1\nshaer: 2"),
              "a.yaml:2: shaer: unknown key | did you mean share?");
    EXPECT_EQ(refusal_of_entries("nothing_like_it: 2"),
              "a.yaml:1: nothing_like_it: unknown key | the names here are: count, share, note");
    EXPECT_EQ(refusal_of_entries("share: 1\nshare: 2"),
              "a.yaml:2: share: given twice, first at a.yaml:1 | keep one of the two");
    EXPECT_EQ(refusal_of_entries("[a]: 1"),
              "a.yaml:1: top level: a key that is not a name | write 'name: value'");
}

TEST(YamlReader, RefusesValuesOfAnotherTypeOrOutOfRange) {
    const YamlEntries entries =
        entries_of(map_of("count: 2.5\nshare: 1.0\nnote: [a]"), {"count", "share", "note"});
    EXPECT_EQ(refusal([&] { (void)integer_from(entries.at("count"), 1); }),
              "a.yaml:1: count: '2.5' is not an integer | give an integer >= 1");
    EXPECT_EQ(refusal([&] { (void)integer_from(entries.at("share"), 2); }),
              "a.yaml:2: share: 1.0 is not >= 2 | give an integer >= 2");
    EXPECT_EQ(refusal([&] { (void)number_between(entries.at("share"), 1); }),
              "a.yaml:2: share: 1.0 is not above 1 | give a number above 1");
    EXPECT_EQ(refusal([&] { (void)number_between(entries.at("share"), 0, 1); }),
              "a.yaml:2: share: 1.0 is not below 1 | give a number above 0 and below 1");
    EXPECT_EQ(refusal([&] { (void)text_of(entries.at("note")); }),
              "a.yaml:3: note: one value belongs here | give plain text");
}

TEST(YamlReader, NamesAnOverrideWithoutALine) {
    const YamlPlace map = top_level_map("{a: 1, a: 2}", {.name = "--set b={a: 1, a: 2}"}, "", "");
    EXPECT_EQ(refusal([&] { visit_entries(map, [](const auto&, const auto&) {}); }),
              "--set b={a: 1, a: 2}: a: given twice, first at --set b={a: 1, a: 2} | keep one of "
              "the two");
}

}  // namespace
}  // namespace batchscope::tests_of_yaml_reader
