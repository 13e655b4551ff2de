#include "config/read_value.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace batchscope {

namespace {

/// "32,64" without brackets is one text to YAML.
bool is_list_without_brackets(const std::string& text) {
    return text.find(',') != std::string::npos && text.front() != '[';
}

void check_range(const Key& key, const YamlPlace& place, double value, const std::string& text) {
    if (!key.range.contains(value)) {
        throw place.expected(fmt::format("{} is not {}", text, key.range.description()),
                             key.expectation());
    }
}

void check_choice(const Key& key, const YamlPlace& place, const std::string& text) {
    if (std::find(key.choices.begin(), key.choices.end(), text) != key.choices.end()) {
        return;
    }
    if (key.path == "training.precision" && text == "float16") {
        throw place.error("float16 (with loss scaling) is not built yet", "use float32 or float64");
    }
    throw place.error(
        fmt::format("'{}' is not one of {}", text, fmt::join(key.choices, ", ")),
        remedy_of_misspelt(text, key.choices, fmt::format("give {}", key.expectation())));
}

/// The study's name is a folder's name.
void check_text(const Key& key, const YamlPlace& place, const std::string& text) {
    check_plain_text(place, text);
    constexpr std::size_t longest_name = 200;  // bytes; file systems allow 255 with suffixes
    if (key.path == "study" && (text.front() == '.' || text.find('/') != std::string::npos ||
                                text.size() > longest_name)) {
        throw place.error(fmt::format("'{}' cannot name the folder of the results", text),
                          "give a name without '/', not starting with '.', of at most 200 bytes");
    }
}

Value parse_scalar(const Key& key, const std::string& text, const YamlPlace& place) {
    switch (key.kind) {
        case ValueKind::boolean:
            return parse_boolean(text);
        case ValueKind::automatic_integer:
            if (text == "auto") {
                return std::monostate{};
            }
            [[fallthrough]];
        case ValueKind::integer:
        case ValueKind::integer_list: {
            const std::int64_t value = parse_integer(text);
            check_range(key, place, static_cast<double>(value), text);
            return value;
        }
        case ValueKind::number:
        case ValueKind::number_list: {
            const double value = parse_number(text);
            check_range(key, place, value, text);
            return value;
        }
        case ValueKind::choice:
        case ValueKind::choice_list:
            check_choice(key, place, text);
            return text;
        case ValueKind::text:
            check_text(key, place, text);
            return text;
    }
    throw std::logic_error("unknown kind of value");
}

/// One value from a scalar node; an element of the list for a key that is a list.
Value read_scalar(const Key& key, const YamlPlace& place) {
    if (place.node.IsNull()) {
        throw place.expected("has no value", key.expectation());
    }
    if (place.node.IsMap()) {
        throw place.expected("holds a map of keys where a value belongs", key.expectation());
    }
    if (place.node.IsSequence()) {
        throw place.expected("holds a list inside a list", key.expectation());
    }
    const std::string& text = place.node.Scalar();
    if (key.kind != ValueKind::text && is_list_without_brackets(text)) {
        throw place.error(fmt::format("'{}' is one text, not a list", text),
                          fmt::format("write a list in brackets: [{}]", text));
    }
    return parsed(place, text, key.expectation(),
                  [&](const std::string& scalar) { return parse_scalar(key, scalar, place); });
}

/// A list of choices is a set: each choice once at most, in the order of the choices, so that
/// equal sets are equal values.
std::vector<std::string> as_set(const Key& key, const std::vector<Value>& elements,
                                const YamlPlace& place) {
    std::vector<std::string> set;
    for (const std::string& choice : key.choices) {
        const auto times = std::count(elements.begin(), elements.end(), Value{choice});
        if (times > 1) {
            throw place.error(fmt::format("{} is on the list twice", choice), "name each once");
        }
        if (times == 1) {
            set.push_back(choice);
        }
    }
    return set;
}

/// The whole value of a key that is a list by nature. A single value counts as a list of one.
Value read_list(const Key& key, const YamlPlace& place) {
    std::vector<Value> elements;
    if (place.node.IsSequence()) {
        for (const auto& element : place.node) {
            elements.push_back(read_scalar(key, place.with(element)));
        }
    } else {
        elements.push_back(read_scalar(key, place));
    }
    if (key.kind == ValueKind::choice_list) {
        return as_set(key, elements, place);
    }
    if (key.kind == ValueKind::integer_list) {
        std::vector<std::int64_t> list;
        for (const Value& element : elements) {
            list.push_back(std::get<std::int64_t>(element));
        }
        return list;
    }
    std::vector<double> list;
    for (const Value& element : elements) {
        list.push_back(std::get<double>(element));
    }
    return list;
}

bool is_axis(const Key& key, const YAML::Node& node) {
    if (!node.IsSequence()) {
        return false;
    }
    return !key.is_list() || std::any_of(node.begin(), node.end(), [](const YAML::Node& element) {
        return element.IsSequence();
    });
}

GivenValue read_axis(const Key& key, const YamlPlace& place) {
    if (!key.may_be_axis) {
        throw place.expected("is a list, but this key cannot be an axis of the grid",
                             key.expectation());
    }
    if (place.node.size() == 0) {
        throw place.expected("is an empty list: an axis of the grid needs a value",
                             key.expectation());
    }
    GivenValue axis{.values = {}, .is_axis = true, .where = place.where};
    for (const auto& element : place.node) {
        if (key.is_list() && !element.IsSequence()) {
            throw place.error("mixes single values and lists",
                              "write one list, or a list of lists for an axis of the grid");
        }
        Value value = key.is_list() ? read_list(key, place.with(element))
                                    : read_scalar(key, place.with(element));
        if (std::find(axis.values.begin(), axis.values.end(), value) != axis.values.end()) {
            throw place.error(
                fmt::format("the value {} is on this axis twice", format_value(value)),
                "name each value once");
        }
        axis.values.push_back(std::move(value));
    }
    return axis;
}

}  // namespace

GivenValue read_value(const Key& key, const YamlPlace& place) {
    if (is_axis(key, place.node)) {
        return read_axis(key, place);
    }
    return {.values = {key.is_list() ? read_list(key, place) : read_scalar(key, place)},
            .is_axis = false,
            .where = place.where};
}

}  // namespace batchscope
