#include "measures/stored_fields.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace batchscope::stored_fields_test {

enum class Stage { first = 3, second };
BATCHSCOPE_DESCRIBE_ENUM(Stage, first, second)

struct Place {
    double value = 0.5;
    int not_described = 9;
};
BATCHSCOPE_DESCRIBE_STRUCT(Place, value)

struct Progress {
    Stage stage = Stage::first;
    std::int64_t count = -2;
    bool known = true;
    std::size_t box = 7;
    Place place{};
    std::array<double, 2> pair = {1.5, NAN};
    std::vector<Place> places{};
};
BATCHSCOPE_DESCRIBE_STRUCT(Progress, stage, count, known, box, place, pair, places)

Progress with_two_places() {
    Progress progress;
    progress.places = {{.value = 10}, {.value = 11}};
    return progress;
}

std::vector<NamedArray> stored(const std::vector<double>& numbers) {
    return {stored_numbers("progress", "numbers", numbers)};
}

TEST(StoredFields, AreNumbersInTheOrderOfTheDescription) {
    const NamedArray array = stored_fields("progress", "of a measure", with_two_places());
    EXPECT_EQ(array.name, "progress");
    EXPECT_EQ(array.long_name, "of a measure");
    EXPECT_EQ(array.shape, std::vector<std::int64_t>{9});
    const auto& numbers = std::get<std::vector<double>>(array.values);
    EXPECT_TRUE(std::isnan(numbers.at(6)));
    EXPECT_EQ(std::vector<double>(numbers.begin(), numbers.begin() + 6),
              (std::vector<double>{3, -2, 1, 7, 0.5, 1.5}));
    EXPECT_EQ(numbers.at(7), 10);
    EXPECT_EQ(numbers.at(8), 11);
}

TEST(StoredFields, ComeBackAndLeaveWhatIsNotDescribed) {
    Progress initial = with_two_places();
    initial.place.not_described = 1;
    const Progress found = restored_fields(
        stored({4, 9007199254740992, 0, 1, -0.0, 2, 3, INFINITY, 5}), "progress", initial);
    EXPECT_EQ(found.stage, Stage::second);
    EXPECT_EQ(found.count, 9007199254740992);
    EXPECT_FALSE(found.known);
    EXPECT_EQ(found.box, 1U);
    EXPECT_TRUE(std::signbit(found.place.value));
    EXPECT_EQ(found.place.not_described, 1);
    EXPECT_EQ(found.pair, (std::array<double, 2>{2, 3}));
    EXPECT_EQ(found.places.at(0).value, INFINITY);
    EXPECT_EQ(found.places.at(1).value, 5);
}

TEST(StoredFields, AreRefusedWhereTheyAreMoreFewerOrNone) {
    const std::vector<double> numbers = {4, 5, 0, 1, 0, 2, 3};
    EXPECT_NO_THROW((void)restored_fields(stored(numbers), "progress", Progress{}));
    EXPECT_THROW((void)restored_fields(stored({4, 5, 0, 1, 0, 2}), "progress", Progress{}), Error);
    EXPECT_THROW((void)restored_fields(stored(numbers), "progress", with_two_places()), Error);
    EXPECT_THROW((void)restored_fields(stored(numbers), "another", Progress{}), Error);
}

TEST(StoredFields, AreRefusedWhereOneCannotBeWhatItIs) {
    const std::vector<double> numbers = {4, 5, 0, 1, 0, 2, 3};
    for (const auto& [place, number] :
         std::vector<std::pair<std::size_t, double>>{{0, 5},     // no enumerator
                                                     {0, 3.5},   // nor between two
                                                     {0, NAN},   //
                                                     {1, 0.5},   // no integer
                                                     {1, 1e16},  // not exact
                                                     {1, NAN},   //
                                                     {2, 2},     // neither true nor false
                                                     {3, -1}}) {
        auto wrong = numbers;
        wrong.at(place) = number;
        try {
            (void)restored_fields(stored(wrong), "progress", Progress{});
            ADD_FAILURE() << number << " at " << place;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ExitCode::data);
            EXPECT_TRUE(error.problem().starts_with("progress.")) << error.problem();
        }
    }
}

TEST(NumbersOf, AreThoseOfEachOneAfterTheOther) {
    EXPECT_EQ(
        numbers_of(std::int64_t{5}, true, Stage::second, std::vector<std::int64_t>{1, 2}, Place{}),
        (std::vector<double>{5, 1, 4, 1, 2, 0.5}));
    EXPECT_TRUE(numbers_of().empty());
}

}  // namespace batchscope::stored_fields_test
