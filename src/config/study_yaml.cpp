#include "config/study_yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <utility>

#include "config/read_value.hpp"
#include "config/unknown_key.hpp"
#include "config/yaml_document.hpp"
#include "config/yaml_reader.hpp"
#include "core/error.hpp"

namespace batchscope {

namespace {

std::string kind_of(const YAML::Node& node) {
    if (node.IsSequence()) {
        return "a list";
    }
    return node.IsScalar() ? fmt::format("the value '{}'", node.Scalar()) : "nothing";
}

bool is_known(const Schema& schema, const std::string& path) {
    return schema.find(path) != nullptr || schema.is_section(path);
}

void read_section(const YamlPlace& map, GivenValues& given);

/// Reads what stands at the place of a known key or section.
void read(const YamlPlace& place, GivenValues& given) {
    if (const Key* key = given.schema().find(place.path)) {
        given.insert(place.path, read_value(*key, place));
        return;
    }
    if (!place.node.IsMap()) {
        throw place.error(
            fmt::format("{} where a map of keys belongs", kind_of(place.node)),
            fmt::format("write '{}: {{name: value}}' or remove it", last_name_of(place.path)));
    }
    read_section(place, given);
}

void read_section(const YamlPlace& map, GivenValues& given) {
    visit_entries(map, [&](const std::string& name, const YamlPlace& entry) {
        // A dot in a name would let it pass for a path.
        if (name.find('.') != std::string::npos || !is_known(given.schema(), entry.path)) {
            throw unknown_key_error(given.schema(), entry.where, entry.path);
        }
        read(entry, given);
    });
}

bool is_at_or_below(const std::string& path, const std::string& ancestor) {
    return path == ancestor || path.starts_with(ancestor + ".");
}

void apply_override(const Override& change, GivenValues& given) {
    const YamlOrigin origin{.name = fmt::format("--set {}={}", change.key, change.value)};
    if (!is_known(given.schema(), change.key)) {
        throw unknown_key_error(given.schema(), origin.name, change.key);
    }
    const YAML::Node node = parse_yaml_document(change.value, origin);
    if (!node.IsDefined() || node.IsNull()) {
        throw configuration_error(fmt::format("{}: {}: has no value", origin.name, change.key),
                                  "write --set key=value");
    }
    GivenValues changed{given.schema(), origin.name};
    read({origin, node, origin.name, change.key}, changed);

    given.erase(change.key);
    const std::string budget = "training.budget";
    for (const auto& [path, value] : changed.all()) {
        // The budget is one quantity in one of four units: the override's unit replaces the file's.
        if (is_at_or_below(path, budget)) {
            given.erase(budget);
        }
    }
    for (const auto& [path, value] : changed.all()) {
        given.insert(path, value);
    }
}

void check_overrides_are_distinct(const std::vector<Override>& overrides) {
    for (auto later = overrides.begin(); later != overrides.end(); ++later) {
        for (auto earlier = overrides.begin(); earlier != later; ++earlier) {
            const bool both_budgets = is_at_or_below(later->key, "training.budget") &&
                                      is_at_or_below(earlier->key, "training.budget");
            if (is_at_or_below(later->key, earlier->key) ||
                is_at_or_below(earlier->key, later->key) || both_budgets) {
                throw configuration_error(
                    fmt::format("--set {}={}: {} was set by --set {}={} already", later->key,
                                later->value, later->key, earlier->key, earlier->value),
                    fmt::format("give it once; a list such as --set {}=[32,64] makes an axis",
                                later->key));
            }
        }
    }
}

}  // namespace

const GivenValue* GivenValues::find(const std::string& path) const {
    const auto found = given_.find(path);
    return found == given_.end() ? nullptr : &found->second;
}

std::string GivenValues::where(const std::vector<std::string>& paths) const {
    for (const std::string& path : paths) {
        if (const GivenValue* value = find(path)) {
            return value->where;
        }
    }
    return source_;
}

std::vector<Value> GivenValues::values_of(const std::string& path) const {
    const GivenValue* value = find(path);
    return value != nullptr ? value->values
                            : std::vector<Value>{default_at(schema_.at(path), RunSettings{})};
}

void GivenValues::insert(const std::string& path, GivenValue value) {
    given_.insert_or_assign(path, std::move(value));
}

void GivenValues::erase(const std::string& path) {
    std::erase_if(given_, [&](const auto& entry) { return is_at_or_below(entry.first, path); });
}

GivenValues read_study_yaml(const Schema& schema, const std::string& text,
                            const std::filesystem::path& source,
                            const std::vector<Override>& overrides) {
    const YamlOrigin origin{.name = source.string(), .has_lines = true};
    const YamlPlace document = top_level_map(
        text, origin, "write at least 'training: {batch_size: 128, learning_rate: 0.01}'",
        "write 'training: {batch_size: 128, learning_rate: 0.01}', say");
    GivenValues given{schema, origin.name};
    read_section(document, given);
    check_overrides_are_distinct(overrides);
    for (const Override& change : overrides) {
        apply_override(change, given);
    }
    return given;
}

}  // namespace batchscope
