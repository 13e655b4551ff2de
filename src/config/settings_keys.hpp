#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "config/key.hpp"
#include "config/value.hpp"
#include "core/described.hpp"

/// The words in which a struct of settings says its keys: each once, with the member that holds it,
/// what may stand there and what it means.
namespace batchscope {

/// How a member and a Value hold the same thing. The primary template serves members whose type is
/// a Value's own.
template <class Member>
struct Conversion {
    static Value to_value(const Member& member) { return member; }
    static Member to_member(const Value& value) { return std::get<Member>(value); }
};

template <>
struct Conversion<std::uint64_t> {  // seeds: the grid knows them as signed
    static Value to_value(std::uint64_t member) { return static_cast<std::int64_t>(member); }
    static std::uint64_t to_member(const Value& value) {
        return static_cast<std::uint64_t>(std::get<std::int64_t>(value));
    }
};

template <class Held>
struct Conversion<std::optional<Held>> {
    static Value to_value(const std::optional<Held>& member) {
        return member ? Value{Conversion<Held>::to_value(*member)} : Value{};
    }
    static std::optional<Held> to_member(const Value& value) {
        if (std::holds_alternative<std::monostate>(value)) {
            return std::nullopt;
        }
        return Conversion<Held>::to_member(value);
    }
};

template <DescribedEnum Enumeration>
struct Conversion<Enumeration> {
    static Value to_value(Enumeration member) { return to_string(member); }
    static Enumeration to_member(const Value& value) {
        return enumerator_named<Enumeration>(std::get<std::string>(value)).value();
    }
};

/// A key with the member of `Settings` that holds its value.
template <class Settings>
struct KeyOf : KeyDescription {
    std::function<void(Settings&, const Value&)> assign;
    std::function<Value(const Settings&)> read;
    /// Whether other settings let the key act (empty: always); naming it in vain is harmless.
    std::function<bool(const Settings&)> is_switched_on;
};

/// `member`: a pointer to the member, or a function from settings, constant or not, to it.
template <class Settings, class Member>
KeyOf<Settings> make_key(const std::string& path, ValueKind kind, Member member,
                         const std::string& meaning) {
    using Held = std::remove_cvref_t<std::invoke_result_t<Member, Settings&>>;
    KeyOf<Settings> key;
    key.path = path;
    key.kind = kind;
    key.meaning = meaning;
    key.assign = [member](Settings& settings, const Value& value) {
        std::invoke(member, settings) = Conversion<Held>::to_member(value);
    };
    key.read = [member](const Settings& settings) {
        return Conversion<Held>::to_value(std::invoke(member, settings));
    };
    return key;
}

template <class Settings, class Member>
KeyOf<Settings> number_key(const std::string& path, Range range, Member member,
                           const std::string& meaning) {
    auto key = make_key<Settings>(path, ValueKind::number, member, meaning);
    key.range = range;
    return key;
}

template <class Settings, class Member>
KeyOf<Settings> integer_key(const std::string& path, double lowest, Member member,
                            const std::string& meaning) {
    auto key = make_key<Settings>(path, ValueKind::integer, member, meaning);
    key.range = {.lowest = lowest};
    return key;
}

template <class Settings, class Member>
KeyOf<Settings> boolean_key(const std::string& path, Member member, const std::string& meaning) {
    return make_key<Settings>(path, ValueKind::boolean, member, meaning);
}

template <class Settings, class Member>
KeyOf<Settings> text_key(const std::string& path, Member member, const std::string& meaning) {
    return make_key<Settings>(path, ValueKind::text, member, meaning);
}

/// A list of numbers, or of integers where the member holds such, each within `range`.
template <class Settings, class Member>
KeyOf<Settings> list_key(const std::string& path, Range range, Member member,
                         const std::string& meaning) {
    using Held = std::remove_cvref_t<std::invoke_result_t<Member, Settings&>>;
    constexpr bool integers = std::is_same_v<Held, std::vector<std::int64_t>>;
    auto key = make_key<Settings>(path, integers ? ValueKind::integer_list : ValueKind::number_list,
                                  member, meaning);
    key.range = range;
    return key;
}

template <class Held>
struct WithoutOptional {
    using Type = Held;
};
template <class Held>
struct WithoutOptional<std::optional<Held>> {
    using Type = Held;
};

/// An enumeration, or one that may be left out, spelled by its words.
template <class Settings, class Member>
KeyOf<Settings> choice_key(const std::string& path, Member member, const std::string& meaning) {
    using Held = std::remove_cvref_t<std::invoke_result_t<Member, Settings&>>;
    auto key = make_key<Settings>(path, ValueKind::choice, member, meaning);
    key.choices = words_of<typename WithoutOptional<Held>::Type>();
    return key;
}

/// A struct of settings whose keys are those of keys_of(Type<Settings>), read from `values`.
template <class Settings>
[[nodiscard]] Settings settings_of(const KeyValues& values) {
    Settings settings;
    for (const KeyOf<Settings>& key : keys_of(Type<Settings>{})) {
        if (const auto given = values.find(key.path); given != values.end()) {
            key.assign(settings, given->second);
        }
    }
    return settings;
}

/// The values that such a struct stands for.
template <class Settings>
[[nodiscard]] KeyValues values_of(const Settings& settings) {
    KeyValues values;
    for (const KeyOf<Settings>& key : keys_of(Type<Settings>{})) {
        values[key.path] = key.read(settings);
    }
    return values;
}

}  // namespace batchscope
