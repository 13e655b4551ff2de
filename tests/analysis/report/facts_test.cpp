#include "analysis/report/facts.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

namespace batchscope::facts_test {

enum class Side { left, right };
BATCHSCOPE_DESCRIBE_ENUM(Side, left, right)

struct Spread {
    double low = 0.5;
    double high = NAN;
};
BATCHSCOPE_DESCRIBE_STRUCT(Spread, high, low)

struct Fact {
    Side side = Side::right;
    Spread spread;
    std::optional<std::int64_t> known = 3, unknown;
    std::vector<Spread> list{{}};
    std::map<std::uint64_t, Spread> by_seed{{7, {}}};
    std::map<std::string, std::variant<std::int64_t, std::string>> axes{{"a", "text"}, {"b", 2}};
};
template <class Visitor>
void visit_fields(Type<Fact> /*type*/, const Visitor& visit) {
    visit("side", &Fact::side);
    visit("", &Fact::spread);
    visit("spread", &Fact::spread);
    visit("known", &Fact::known);
    visit("unknown", &Fact::unknown);
    visit("list", &Fact::list);
    visit("by_seed", &Fact::by_seed);
    visit("axes", &Fact::axes);
    visit("count", [](const Fact& fact) { return fact.list.size(); });
}

TEST(Facts, AreWrittenAsTheirDescriptionSaysInItsOrder) {
    EXPECT_EQ(
        json_of(Fact{}).dump(),
        R"({"side":"right","high":null,"low":0.5,"spread":{"high":null,"low":0.5},)"
        R"("known":3,"unknown":null,"list":[{"high":null,"low":0.5}],)"
        R"("by_seed":[{"seed":7,"high":null,"low":0.5}],"axes":{"a":"text","b":2},"count":1})");
}

TEST(Facts, OfNothingAreEmptyListsAndObjects) {
    EXPECT_EQ(json_of(std::vector<Spread>{}).dump(), "[]");
    EXPECT_EQ(json_of(std::map<std::string, Spread>{}).dump(), "{}");
    EXPECT_EQ(json_of(std::map<std::uint64_t, Spread>{}).dump(), "[]");
}

TEST(Facts, AddedToAnObjectTakeThePlaceOfFieldsOfTheSameName) {
    Json json{{"low", "old"}, {"name", "kept"}};
    add_fields(json, Spread{.low = 1, .high = 2});
    EXPECT_EQ(json.dump(), R"({"low":1.0,"name":"kept","high":2.0})");
}

}  // namespace batchscope::facts_test
