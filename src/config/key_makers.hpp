#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/schema.hpp"

/// The words in which the table of keys is written; for schema_table.cpp and sharpness_keys.cpp.
namespace batchscope {

/// How a field of RunSettings and a Value hold the same thing. The primary template serves fields
/// whose type is a Value's own.
template <class Field>
struct Conversion {
    static Value to_value(const Field& field) { return field; }
    static Field to_field(const Value& value) { return std::get<Field>(value); }
};

template <>
struct Conversion<std::uint64_t> {  // seeds: the grid knows them as signed
    static Value to_value(std::uint64_t field) { return static_cast<std::int64_t>(field); }
    static std::uint64_t to_field(const Value& value) {
        return static_cast<std::uint64_t>(std::get<std::int64_t>(value));
    }
};

template <class Held>
struct Conversion<std::optional<Held>> {
    static Value to_value(const std::optional<Held>& field) {
        return field ? Value{*field} : Value{};
    }
    static std::optional<Held> to_field(const Value& value) {
        if (std::holds_alternative<std::monostate>(value)) {
            return std::nullopt;
        }
        return std::get<Held>(value);
    }
};

/// A key tied to the field that `field(settings)` refers to.
template <class FieldOf>
Key make_key(std::string path, ValueKind kind, FieldOf field) {
    using Field = std::remove_reference_t<std::invoke_result_t<FieldOf, RunSettings&>>;
    Key key;
    key.path = std::move(path);
    key.kind = kind;
    key.assign = [field](RunSettings& settings, const Value& value) {
        field(settings) = Conversion<Field>::to_field(value);
    };
    key.read = [field](const RunSettings& settings) {
        return Conversion<Field>::to_value(field(settings));
    };
    return key;
}

template <class FieldOf>
Key number_key(std::string path, Range range, FieldOf field) {
    Key key = make_key(std::move(path), ValueKind::number, field);
    key.range = range;
    return key;
}

template <class FieldOf>
Key integer_key(std::string path, double lowest, FieldOf field) {
    Key key = make_key(std::move(path), ValueKind::integer, field);
    key.range = {.lowest = lowest};
    return key;
}

template <class FieldOf>
Key boolean_key(std::string path, FieldOf field) {
    return make_key(std::move(path), ValueKind::boolean, field);
}

template <class FieldOf>
Key text_key(std::string path, FieldOf field) {
    return make_key(std::move(path), ValueKind::text, field);
}

/// A choice that RunSettings holds as text.
template <class FieldOf>
Key name_key(std::string path, std::vector<std::string> choices, FieldOf field) {
    Key key = make_key(std::move(path), ValueKind::choice, field);
    key.choices = std::move(choices);
    return key;
}

/// A choice that RunSettings holds as an enumerator (or a bool), spelled by `names`.
template <class Held, class FieldOf>
Key choice_key(std::string path, const std::vector<std::pair<Held, std::string>>& names,
               FieldOf field) {
    Key key;
    key.path = std::move(path);
    key.kind = ValueKind::choice;
    for (const auto& [held, name] : names) {
        key.choices.push_back(name);
    }
    key.assign = [field, names](RunSettings& settings, const Value& value) {
        const auto& wanted = std::get<std::string>(value);
        field(settings) = std::find_if(names.begin(), names.end(), [&](const auto& entry) {
                              return entry.second == wanted;
                          })->first;
    };
    key.read = [field, names](const RunSettings& settings) -> Value {
        const Held held = field(settings);
        return std::find_if(names.begin(), names.end(),
                            [&](const auto& entry) { return entry.first == held; })
            ->second;
    };
    return key;
}

template <class Enumeration>
std::vector<std::pair<Enumeration, std::string>> spelled(
    std::initializer_list<Enumeration> enumerators) {
    std::vector<std::pair<Enumeration, std::string>> names;
    for (const Enumeration enumerator : enumerators) {
        names.emplace_back(enumerator, to_string(enumerator));
    }
    return names;
}

inline Key never_axis(Key key) {
    key.may_be_axis = false;
    return key;
}

inline Key with_range(Key key, Range range) {
    key.range = range;
    return key;
}

inline Key used_when(Key key, std::string selector, std::vector<std::string> values) {
    key.used_when = UsedWhen{std::move(selector), std::move(values)};
    return key;
}

inline Key switched_on_by(Key key, std::function<bool(const RunSettings&)> is_switched_on) {
    key.is_switched_on = std::move(is_switched_on);
    return key;
}

inline constexpr Range positive{.lowest = 0.0, .lowest_open = true};
inline constexpr Range not_negative{.lowest = 0.0};
inline constexpr Range fraction{.lowest = 0.0, .highest = 1.0};
inline constexpr Range fraction_below_one{.lowest = 0.0, .highest = 1.0, .highest_open = true};

// Reaches the field of settings `s`, constant or not: one accessor serves reading and assigning.
#define FIELD(path)        \
    [](auto& s) -> auto& { \
        return s.path;     \
    }

}  // namespace batchscope
