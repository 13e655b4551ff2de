#include "config/read_value.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "core/error.hpp"
#include "core/nearest_name.hpp"

namespace batchscope {

namespace {

Error value_error(const Key& key, const std::string& where, const std::string& problem,
                  std::string remedy) {
    return configuration_error(fmt::format("{}: {}: {}", where, key.path, problem),
                               std::move(remedy));
}

Error expectation_error(const Key& key, const std::string& where, const std::string& problem) {
    return value_error(key, where, problem, fmt::format("give {}", key.expectation()));
}

/// "32,64" without brackets is one text to YAML.
bool is_list_without_brackets(const std::string& text) {
    return text.find(',') != std::string::npos && text.front() != '[';
}

void check_range(const Key& key, const std::string& where, double value, const std::string& text) {
    if (!key.range.contains(value)) {
        throw expectation_error(key, where,
                                fmt::format("{} is not {}", text, key.range.description()));
    }
}

void check_choice(const Key& key, const std::string& where, const std::string& text) {
    if (std::find(key.choices.begin(), key.choices.end(), text) != key.choices.end()) {
        return;
    }
    if (key.path == "training.precision" && text == "float16") {
        throw value_error(key, where, "float16 (with loss scaling) is not built yet",
                          "use float32 or float64");
    }
    const std::string nearest = nearest_name(text, key.choices);
    throw value_error(key, where,
                      fmt::format("'{}' is not one of {}", text, fmt::join(key.choices, ", ")),
                      nearest.empty() ? fmt::format("give {}", key.expectation())
                                      : fmt::format("did you mean {}?", nearest));
}

/// The study's name is a folder's name.
void check_text(const Key& key, const std::string& where, const std::string& text) {
    const bool has_control = std::any_of(text.begin(), text.end(), [](unsigned char character) {
        return character < 0x20 || character == 0x7f;
    });
    if (text.empty() || has_control) {
        throw value_error(key, where, "is empty or holds control characters", "give plain text");
    }
    constexpr std::size_t longest_name = 200;  // bytes; file systems allow 255 with suffixes
    if (key.path == "study" && (text.front() == '.' || text.find('/') != std::string::npos ||
                                text.size() > longest_name)) {
        throw value_error(key, where,
                          fmt::format("'{}' cannot name the folder of the results", text),
                          "give a name without '/', not starting with '.', of at most 200 bytes");
    }
}

Value parse_scalar(const Key& key, const std::string& text, const std::string& where) {
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
            check_range(key, where, static_cast<double>(value), text);
            return value;
        }
        case ValueKind::number:
        case ValueKind::number_list: {
            const double value = parse_number(text);
            check_range(key, where, value, text);
            return value;
        }
        case ValueKind::choice:
        case ValueKind::choice_list:
            check_choice(key, where, text);
            return text;
        case ValueKind::text:
            check_text(key, where, text);
            return text;
    }
    throw std::logic_error("unknown kind of value");
}

/// One value from a scalar node; an element of the list for a key that is a list.
Value read_scalar(const Key& key, const YAML::Node& node, const std::string& where) {
    if (node.IsNull()) {
        throw expectation_error(key, where, "has no value");
    }
    if (node.IsMap()) {
        throw expectation_error(key, where, "holds a map of keys where a value belongs");
    }
    if (node.IsSequence()) {
        throw expectation_error(key, where, "holds a list inside a list");
    }
    const std::string& text = node.Scalar();
    if (key.kind != ValueKind::text && is_list_without_brackets(text)) {
        throw value_error(key, where, fmt::format("'{}' is one text, not a list", text),
                          fmt::format("write a list in brackets: [{}]", text));
    }
    try {
        return parse_scalar(key, text, where);
    } catch (const std::invalid_argument& reason) {
        throw expectation_error(key, where, reason.what());
    }
}

/// A list of choices is a set: each choice once at most, in the order of the choices, so that
/// equal sets are equal values.
std::vector<std::string> as_set(const Key& key, const std::vector<Value>& elements,
                                const std::string& where) {
    std::vector<std::string> set;
    for (const std::string& choice : key.choices) {
        const auto times = std::count(elements.begin(), elements.end(), Value{choice});
        if (times > 1) {
            throw value_error(key, where, fmt::format("{} is on the list twice", choice),
                              "name each once");
        }
        if (times == 1) {
            set.push_back(choice);
        }
    }
    return set;
}

/// The whole value of a key that is a list by nature. A single value counts as a list of one.
Value read_list(const Key& key, const YAML::Node& node, const std::string& where) {
    std::vector<Value> elements;
    if (node.IsSequence()) {
        for (const auto& element : node) {
            elements.push_back(read_scalar(key, element, where));
        }
    } else {
        elements.push_back(read_scalar(key, node, where));
    }
    if (key.kind == ValueKind::choice_list) {
        return as_set(key, elements, where);
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

GivenValue read_axis(const Key& key, const YAML::Node& node, const std::string& where) {
    if (!key.may_be_axis) {
        throw expectation_error(key, where,
                                "is a list, but this key cannot be an axis of the grid");
    }
    if (node.size() == 0) {
        throw expectation_error(key, where, "is an empty list: an axis of the grid needs a value");
    }
    GivenValue axis{.values = {}, .is_axis = true, .where = where};
    for (const auto& element : node) {
        if (key.is_list() && !element.IsSequence()) {
            throw value_error(key, where, "mixes single values and lists",
                              "write one list, or a list of lists for an axis of the grid");
        }
        Value value =
            key.is_list() ? read_list(key, element, where) : read_scalar(key, element, where);
        if (std::find(axis.values.begin(), axis.values.end(), value) != axis.values.end()) {
            throw value_error(
                key, where, fmt::format("the value {} is on this axis twice", format_value(value)),
                "name each value once");
        }
        axis.values.push_back(std::move(value));
    }
    return axis;
}

}  // namespace

GivenValue read_value(const Key& key, const YAML::Node& node, const std::string& where) {
    if (is_axis(key, node)) {
        return read_axis(key, node, where);
    }
    return {.values = {key.is_list() ? read_list(key, node, where) : read_scalar(key, node, where)},
            .is_axis = false,
            .where = where};
}

}  // namespace batchscope
