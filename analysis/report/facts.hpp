#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/described.hpp"

/// Answers as JSON, by the descriptions that stand beside their structs and enumerations.
namespace batchscope {

// Fields stay in the order in which they are written.
using Json = nlohmann::ordered_json;

template <class Value>
[[nodiscard]] Json json_of(const Value& value);

/// Adds the fields of a struct to a JSON object. A field is a member or a function of the struct;
/// one whose name is empty is a struct whose own fields stand in its place.
template <DescribedStruct Struct>
void add_fields(Json& json, const Struct& object) {
    visit_fields(Type<Struct>{}, [&](const char* name, const auto& field) {
        const auto& value = std::invoke(field, object);
        if constexpr (DescribedStruct<std::decay_t<decltype(value)>>) {
            if (*name == '\0') {
                add_fields(json, value);
                return;
            }
        }
        json[name] = json_of(value);
    });
}

template <class Value>
inline constexpr bool is_optional = false;
template <class Value>
inline constexpr bool is_optional<std::optional<Value>> = true;

template <class Value>
inline constexpr bool is_variant = false;
template <class... Values>
inline constexpr bool is_variant<std::variant<Values...>> = true;

template <class Value>
concept Map = std::ranges::range<Value> && requires {
    typename Value::mapped_type;
};

/// A map is an object; one by seed is a list of objects that begin with the seed.
template <Map Values>
[[nodiscard]] Json json_of_map(const Values& values) {
    constexpr bool is_by_seed = std::is_integral_v<typename Values::key_type>;
    Json json = is_by_seed ? Json::array() : Json::object();
    for (const auto& [key, value] : values) {
        if constexpr (is_by_seed) {
            Json entry{{"seed", key}};
            add_fields(entry, value);
            json.push_back(std::move(entry));
        } else {
            json[key] = json_of(value);
        }
    }
    return json;
}

/// A value without a description: a number (NaN is written as null), a text, a list, a map, or none
/// or one of several of these. Unknown is null.
template <class Value>
[[nodiscard]] Json json_of(const Value& value) {
    if constexpr (DescribedEnum<Value>) {
        return word_of(value);
    } else if constexpr (DescribedStruct<Value>) {
        Json json = Json::object();
        add_fields(json, value);
        return json;
    } else if constexpr (is_optional<Value>) {
        return value ? json_of(*value) : Json(nullptr);
    } else if constexpr (is_variant<Value>) {
        return std::visit([](const auto& held) { return json_of(held); }, value);
    } else if constexpr (Map<Value>) {
        return json_of_map(value);
    } else if constexpr (std::ranges::range<Value> &&
                         !std::is_convertible_v<Value, std::string_view>) {
        Json json = Json::array();
        for (const auto& element : value) {
            json.push_back(json_of(element));
        }
        return json;
    } else {
        return value;
    }
}

}  // namespace batchscope
