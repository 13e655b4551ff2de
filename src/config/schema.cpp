#include "config/schema.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <stdexcept>

namespace batchscope {

namespace {

const std::map<std::string, std::size_t, std::less<>>& positions() {
    static const auto positions = [] {
        std::map<std::string, std::size_t, std::less<>> map;
        for (std::size_t i = 0; i < schema().size(); ++i) {
            map.emplace(schema()[i].path, i);
        }
        return map;
    }();
    return positions;
}

}  // namespace

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

bool Key::is_list() const {
    return kind == ValueKind::integer_list || kind == ValueKind::number_list ||
           kind == ValueKind::choice_list;
}

std::string Key::expectation() const {
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

const Key* find_key(std::string_view path) {
    const auto found = positions().find(path);
    return found == positions().end() ? nullptr : &schema()[found->second];
}

const Key& key_at(std::string_view path) {
    const Key* key = find_key(path);
    if (key == nullptr) {
        throw std::out_of_range(fmt::format("no key {} in the schema", path));
    }
    return *key;
}

const std::vector<std::string>& sections() {
    static const auto sections = [] {
        std::vector<std::string> found;
        for (const Key& key : schema()) {
            // From the outermost: "training" before "training.optimizer".
            for (auto dot = key.path.find('.'); dot != std::string::npos;
                 dot = key.path.find('.', dot + 1)) {
                const std::string section = key.path.substr(0, dot);
                if (std::find(found.begin(), found.end(), section) == found.end()) {
                    found.push_back(section);
                }
            }
        }
        return found;
    }();
    return sections;
}

bool is_section(std::string_view path) {
    return std::find(sections().begin(), sections().end(), path) != sections().end();
}

std::vector<std::string> names_under(std::string_view section) {
    const std::string prefix = section.empty() ? std::string{} : std::string{section} + '.';
    std::vector<std::string> names;
    for (const Key& key : schema()) {
        if (key.path.starts_with(prefix)) {
            const std::string rest = key.path.substr(prefix.size());
            const std::string name = rest.substr(0, rest.find('.'));
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                names.push_back(name);
            }
        }
    }
    return names;
}

std::string parent_of(std::string_view path) {
    const auto dot = path.rfind('.');
    return std::string{dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot)};
}

std::string last_name_of(std::string_view path) {
    return std::string{path.substr(path.rfind('.') + 1)};  // npos + 1 is 0
}

std::string short_key_of(const Key& key) {
    auto dot = key.path.rfind('.');
    while (dot != std::string::npos) {
        const std::string suffix = key.path.substr(dot);  // with its dot: whole names only
        const bool is_shared = std::any_of(schema().begin(), schema().end(), [&](const Key& other) {
            const bool counts = other.may_be_axis || !key.may_be_axis;
            return counts && other.path != key.path &&
                   (other.path.ends_with(suffix) || other.path == suffix.substr(1));
        });
        if (!is_shared) {
            return suffix.substr(1);
        }
        dot = dot == 0 ? std::string::npos : key.path.rfind('.', dot - 1);
    }
    return key.path;
}

bool is_used(const Key& key, const RunSettings& settings) {
    if (key.is_switched_on && !key.is_switched_on(settings)) {
        return false;
    }
    if (!key.used_when) {
        return true;
    }
    const Value selected = key_at(key.used_when->selector).read(settings);
    const auto& values = key.used_when->values;
    return std::find(values.begin(), values.end(), std::get<std::string>(selected)) != values.end();
}

}  // namespace batchscope
