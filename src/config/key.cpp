#include "config/key.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

namespace batchscope {

bool Range::contains(double value) const {
    const bool above = lowest_open ? value > lowest : value >= lowest;
    const bool below = highest_open ? value < highest : value <= highest;
    return above && below;
}

std::string Range::description() const {
    std::vector<std::string> parts;
    if (lowest > -std::numeric_limits<double>::infinity()) {
        parts.push_back(fmt::format("{} {}", lowest_open ? ">" : ">=", lowest));
    }
    if (highest < std::numeric_limits<double>::infinity()) {
        parts.push_back(fmt::format("{} {}", highest_open ? "<" : "<=", highest));
    }
    return fmt::format("{}", fmt::join(parts, " and "));
}

bool KeyDescription::is_list() const {
    return kind == ValueKind::integer_list || kind == ValueKind::number_list ||
           kind == ValueKind::choice_list;
}

std::string KeyDescription::expectation() const {
    const std::string bounds = range.description();
    const std::string suffix = bounds.empty() ? bounds : " " + bounds;
    switch (kind) {
        case ValueKind::boolean:
            return "true or false";
        case ValueKind::integer:
            return "an integer" + suffix;
        case ValueKind::automatic_integer:
            return "auto or an integer" + suffix;
        case ValueKind::number:
            return "a number" + suffix;
        case ValueKind::choice:
            return fmt::format("one of {}", fmt::join(choices, ", "));
        case ValueKind::text:
            return "a text";
        case ValueKind::integer_list:
            return "a list of integers" + suffix;
        case ValueKind::number_list:
            return "a list of numbers" + suffix;
        case ValueKind::choice_list:
            return fmt::format("a list of {}", fmt::join(choices, ", "));
    }
    throw std::logic_error("unknown kind of value");
}

std::string parent_of(std::string_view path) {
    const auto dot = path.rfind('.');
    return std::string{dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot)};
}

std::string last_name_of(std::string_view path) {
    return std::string{path.substr(path.rfind('.') + 1)};  // npos + 1 is 0
}

}  // namespace batchscope
