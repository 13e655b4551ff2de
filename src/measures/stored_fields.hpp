#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "core/described.hpp"
#include "core/error.hpp"
#include "measures/stored_numbers.hpp"

/// The state of a measure as the numbers of one array, and back: a described struct
/// (core/described.hpp) is its fields in the order of its description. So the description is the
/// layout of the array in a checkpoint; what it leaves out is not saved.
///
/// A field is a number, a boolean (0 or 1), a described enumeration (its value), or a struct, array
/// or list of such.
namespace batchscope {

template <class Value>
void append_numbers(std::vector<double>& numbers, const Value& value) {
    if constexpr (DescribedStruct<Value>) {
        visit_values(value, [&](const char* /*name*/, const auto& field) {
            append_numbers(numbers, field);
        });
    } else if constexpr (std::ranges::range<Value>) {
        for (const auto& element : value) {
            append_numbers(numbers, element);
        }
    } else {
        static_assert(std::is_arithmetic_v<Value> || DescribedEnum<Value>);
        numbers.push_back(static_cast<double>(value));
    }
}

/// The numbers of all `values`, one after the other. Integers below 2^53 are exact.
template <class... Values>
[[nodiscard]] std::vector<double> numbers_of(const Values&... values) {
    std::vector<double> numbers;
    (append_numbers(numbers, values), ...);
    return numbers;
}

/// What is stored as `number`; none where nothing is.
template <class Value>
[[nodiscard]] std::optional<Value> value_stored_as(double number) {
    if constexpr (std::is_enum_v<Value>) {
        for (const Value value : enumerators_of(Type<Value>{})) {
            if (static_cast<double>(value) == number) {
                return value;
            }
        }
        return std::nullopt;
    } else if constexpr (std::is_integral_v<Value>) {
        using Limits = std::numeric_limits<Value>;
        constexpr double exact = 9007199254740992.0;  // 2^53
        const bool holds = number >= std::max(-exact, static_cast<double>(Limits::min())) &&
                           number <= std::min(exact, static_cast<double>(Limits::max())) &&
                           std::trunc(number) == number;
        return holds ? std::optional(static_cast<Value>(number)) : std::nullopt;
    } else {
        return number;
    }
}

/// Takes the numbers of `value` from the front of `numbers`. `name`: for messages.
template <class Value>
void take_numbers(std::span<const double>& numbers, Value& value, const std::string& name) {
    if constexpr (DescribedStruct<Value>) {
        visit_values(value, [&](const char* field, auto& part) {
            take_numbers(numbers, part, name + "." + field);
        });
    } else if constexpr (std::ranges::range<Value>) {
        for (auto& element : value) {
            take_numbers(numbers, element, name);
        }
    } else {
        const double number = numbers.front();
        const std::optional<Value> found = value_stored_as<Value>(number);
        if (!found) {
            throw data_error(
                fmt::format("{} is {} in the checkpoint, which it cannot be", name, number),
                "it is of another program version: run the point again with --overwrite");
        }
        value = *found;
        numbers = numbers.subspan(1);
    }
}

/// An array called `name` of the numbers of `value`.
template <class Value>
[[nodiscard]] NamedArray stored_fields(const std::string& name, const std::string& long_name,
                                       const Value& value) {
    return stored_numbers(name, long_name, numbers_of(value));
}

/// `initial` with the fields that the array called `name` holds; lists in it have their length
/// already. Throws Error (data) when there is no such array, not so many numbers are in it, or one
/// of them is none that its field can have.
template <class Value>
[[nodiscard]] Value restored_fields(const std::vector<NamedArray>& arrays, const std::string& name,
                                    Value initial) {
    const auto numbers = restored_numbers(arrays, name, numbers_of(initial).size());
    std::span<const double> rest(numbers);
    take_numbers(rest, initial, name);
    return initial;
}

/// What the state of a measure was saved under, as its array "settings".
template <class Settings>
[[nodiscard]] NamedArray stored_settings(std::uint64_t seed, const Settings& settings) {
    return stored_numbers("settings", "seed and settings of the measure",
                          numbers_of(seed_numbers(seed), settings));
}

/// Throws Error (data) unless `arrays` were saved under these.
template <class Settings>
void require_settings(const std::vector<NamedArray>& arrays, std::uint64_t seed,
                      const Settings& settings) {
    require_numbers(arrays, "settings", numbers_of(seed_numbers(seed), settings));
}

}  // namespace batchscope
