#include "measures/stored_numbers.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"

namespace batchscope::tests_of_stored_numbers {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

TEST(StoredNumbers, ComeBackToTheLastBit) {
    const std::vector<double> numbers = {0.1, -0.0, 9007199254740991.0, not_a_number, INFINITY};
    const auto found = restored_numbers({stored_numbers("a", "numbers", numbers)}, "a", 5);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        EXPECT_EQ(std::signbit(found[i]), std::signbit(numbers[i]));
        EXPECT_TRUE(found[i] == numbers[i] || (std::isnan(found[i]) && std::isnan(numbers[i])));
    }
}

TEST(StoredNumbers, AreRefusedUnderAnotherNameOrLength) {
    const std::vector<NamedArray> arrays = {stored_numbers("a", "numbers", {1, 2})};
    EXPECT_THROW((void)restored_numbers(arrays, "b", 2), Error);
    EXPECT_THROW((void)restored_numbers(arrays, "a", 3), Error);
}

TEST(StoredList, KeepsItsLengthInAnArrayOfOneShape) {
    for (const std::vector<double>& list :
         {std::vector<double>{}, {0.5}, {1, 2, not_a_number, 4}}) {
        const NamedArray array = stored_list("a", "a list", list, 4);
        EXPECT_EQ(array.shape, std::vector<std::int64_t>{5});
        EXPECT_EQ(restored_list({array}, "a", 4).size(), list.size());
    }
    EXPECT_EQ(restored_list({stored_list("a", "a list", {3, 1}, 4)}, "a", 4),
              (std::vector<double>{3, 1}));
    EXPECT_THROW((void)restored_list({stored_list("a", "a list", {3, 1}, 4)}, "a", 3), Error);
}

TEST(RequireNumbers, AcceptsTheSameAlone) {
    const std::vector<NamedArray> arrays = {stored_numbers("a", "numbers", {1, 0.1})};
    EXPECT_NO_THROW(require_numbers(arrays, "a", {1, 0.1}));
    EXPECT_THROW(require_numbers(arrays, "a", {1, std::nextafter(0.1, 1)}), Error);
    EXPECT_THROW(require_numbers(arrays, "a", {1}), Error);
}

TEST(SeedNumbers, TellAllSeedsApart) {
    EXPECT_NE(seed_numbers(0xFFFFFFFFFFFFFFFFU), seed_numbers(0xFFFFFFFFFFFFFFFEU));
    EXPECT_NE(seed_numbers(0xFFFFFFFFFFFFFFFFU), seed_numbers(0xFFFFFFFEFFFFFFFFU));
}

}  // namespace
}  // namespace batchscope::tests_of_stored_numbers
