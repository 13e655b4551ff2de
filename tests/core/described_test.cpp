#include "core/described.hpp"

#include <gtest/gtest.h>

namespace batchscope::described_test {

enum class Colour { red, dark_green };
BATCHSCOPE_DESCRIBE_ENUM(Colour, red, dark_green)

struct Point {
    double x = 1.5;
    int weight = 3;
};
BATCHSCOPE_DESCRIBE_STRUCT(Point, x, weight)

TEST(Described, EnumeratorsAreFoundByTheirWordsAndBack) {
    EXPECT_STREQ(word_of(Colour::dark_green), "dark_green");
    EXPECT_EQ(to_string(Colour::red), "red");
    EXPECT_EQ(words_of<Colour>(), (std::vector<std::string>{"red", "dark_green"}));
    EXPECT_EQ(enumerator_named<Colour>("red"), Colour::red);
    EXPECT_FALSE(enumerator_named<Colour>("blue"));
    EXPECT_FALSE(enumerator_named<Colour>("re"));
}

TEST(Described, AValueThatIsNoEnumeratorHasNoWord) {
    EXPECT_THROW((void)word_of(static_cast<Colour>(7)), std::logic_error);
}

TEST(Described, FieldsAreVisitedInOrderAndMayBeSet) {
    Point point;
    std::vector<std::string> names;
    visit_values(point, [&](const char* name, auto& value) {
        names.emplace_back(name);
        value *= 2;
    });
    EXPECT_EQ(names, (std::vector<std::string>{"x", "weight"}));
    EXPECT_EQ(point.x, 3.0);
    EXPECT_EQ(point.weight, 6);
}

TEST(Described, OnlyWhatIsDescribedCounts) {
    struct Plain {};
    enum class Bare { one };
    static_assert(DescribedEnum<Colour> && DescribedStruct<Point>);
    static_assert(!DescribedEnum<Bare> && !DescribedStruct<Plain> && !DescribedEnum<int>);
}

}  // namespace batchscope::described_test
