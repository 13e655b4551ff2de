#include "config/yaml_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "config/value.hpp"
#include "core/nearest_name.hpp"

namespace batchscope {

Error YamlPlace::error(const std::string& problem, std::string remedy) const {
    return configuration_error(fmt::format("{}: {}: {}", where, path, problem), std::move(remedy));
}

Error YamlPlace::expected(const std::string& problem, const std::string& expectation) const {
    return error(problem, fmt::format("give {}", expectation));
}

YamlPlace top_level_map(const std::string& text, const YamlOrigin& origin,
                        const std::string& remedy_of_nothing, const std::string& remedy_of_no_map) {
    const YAML::Node document = parse_yaml_document(text, origin);
    if (!document.IsDefined() || document.IsNull()) {
        throw configuration_error(fmt::format("{}: the file says nothing", origin.name),
                                  remedy_of_nothing);
    }
    const std::string where = origin.at(document.Mark());
    if (!document.IsMap()) {
        throw configuration_error(fmt::format("{}: the file is not a map of keys", where),
                                  remedy_of_no_map);
    }
    return {origin, document, where, ""};
}

void visit_entries(const YamlPlace& map,
                   const std::function<void(const std::string&, const YamlPlace&)>& visit) {
    std::map<std::string, std::string> lines;  // where each name was first
    for (const auto& entry : map.node) {
        const std::string where = map.origin.at(entry.first.Mark());
        if (!entry.first.IsScalar()) {
            throw configuration_error(fmt::format("{}: {}: a key that is not a name", where,
                                                  map.path.empty() ? "top level" : map.path),
                                      "write 'name: value'");
        }
        const std::string& name = entry.first.Scalar();
        const YamlPlace place{map.origin, entry.second, where,
                              map.path.empty() ? name : map.path + "." + name};
        const auto [first, is_new] = lines.emplace(name, where);
        if (!is_new) {
            throw place.error(fmt::format("given twice, first at {}", first->second),
                              "keep one of the two");
        }
        visit(name, place);
    }
}

YamlEntries entries_of(const YamlPlace& map, const std::vector<std::string>& names) {
    if (!map.node.IsMap()) {
        throw map.error("a map of keys belongs here",
                        fmt::format("give some of {}", fmt::join(names, ", ")));
    }
    YamlEntries entries;
    visit_entries(map, [&](const std::string& name, const YamlPlace& entry) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            throw entry.error(
                "unknown key",
                remedy_of_misspelt(name, names,
                                   fmt::format("the names here are: {}", fmt::join(names, ", "))));
        }
        entries.emplace(name, entry);
    });
    return entries;
}

std::string remedy_of_misspelt(const std::string& name, const std::vector<std::string>& names,
                               const std::string& otherwise) {
    const std::string nearest = nearest_name(name, names);
    return nearest.empty() ? otherwise : fmt::format("did you mean {}?", nearest);
}

const std::string& scalar_of(const YamlPlace& place, const std::string& expectation) {
    if (!place.node.IsScalar()) {
        throw place.expected(place.node.IsNull() ? "has no value" : "one value belongs here",
                             expectation);
    }
    return place.node.Scalar();
}

void check_plain_text(const YamlPlace& place, const std::string& text) {
    const bool has_control = std::any_of(text.begin(), text.end(), [](unsigned char character) {
        return character < 0x20 || character == 0x7f;
    });
    if (text.empty() || has_control) {
        throw place.expected("is empty or holds control characters", "plain text");
    }
}

std::string text_of(const YamlPlace& place) {
    const std::string& text = scalar_of(place, "plain text");
    check_plain_text(place, text);
    return text;
}

std::int64_t integer_from(const YamlPlace& place, std::int64_t least) {
    const std::string expectation = fmt::format("an integer >= {}", least);
    const std::string& text = scalar_of(place, expectation);
    const std::int64_t value = parsed(place, text, expectation, parse_integer);
    if (value < least) {
        throw place.expected(fmt::format("{} is not >= {}", text, least), expectation);
    }
    return value;
}

double number_between(const YamlPlace& place, double above, double below) {
    const std::string expectation =
        std::isinf(below) ? fmt::format("a number above {}", above)
                          : fmt::format("a number above {} and below {}", above, below);
    const std::string& text = scalar_of(place, expectation);
    const double value = parsed(place, text, expectation, parse_number);
    if (!(value > above)) {
        throw place.expected(fmt::format("{} is not above {}", text, above), expectation);
    }
    if (!(value < below)) {
        throw place.expected(fmt::format("{} is not below {}", text, below), expectation);
    }
    return value;
}

}  // namespace batchscope
