#include "config/study_yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <utility>

#include "config/read_value.hpp"
#include "config/unknown_key.hpp"
#include "config/yaml_document.hpp"
#include "core/error.hpp"

namespace batchscope {

namespace {

class Reader {
  public:
    Reader(YamlOrigin origin, GivenValues& given)
        : origin_(std::move(origin)), given_(given), schema_(given.schema()) {}

    /// Reads what stands at `path`, a known key or section, in a file whose line for it is `where`.
    void read(const std::string& path, const YAML::Node& node, const std::string& where) {
        if (const Key* key = schema_.find(path)) {
            given_.insert(path, read_value(*key, node, where));
            return;
        }
        if (!node.IsMap()) {
            throw configuration_error(
                fmt::format("{}: {}: {} where a map of keys belongs", where, path, kind_of(node)),
                fmt::format("write '{}: {{name: value}}' or remove it", last_name_of(path)));
        }
        read_map(path, node);
    }

    /// Reads the entries of a section ("" is the whole study).
    void read_map(const std::string& section, const YAML::Node& map) {
        std::map<std::string, std::string> lines;  // where each name was first
        for (const auto& entry : map) {
            const std::string where = origin_.at(entry.first.Mark());
            if (!entry.first.IsScalar()) {
                throw configuration_error(fmt::format("{}: {}: a key that is not a name", where,
                                                      section.empty() ? "top level" : section),
                                          "write 'name: value'");
            }
            const std::string& name = entry.first.Scalar();
            const std::string path = section.empty() ? name : section + "." + name;
            const bool known = name.find('.') == std::string::npos &&
                               (schema_.find(path) != nullptr || schema_.is_section(path));
            if (!known) {
                throw unknown_key_error(schema_, where, path);
            }
            const auto [first, is_new] = lines.emplace(name, where);
            if (!is_new) {
                throw configuration_error(
                    fmt::format("{}: {}: given twice, first at {}", where, path, first->second),
                    "keep one of the two");
            }
            read(path, entry.second, where);
        }
    }

  private:
    static std::string kind_of(const YAML::Node& node) {
        if (node.IsSequence()) {
            return "a list";
        }
        return node.IsScalar() ? fmt::format("the value '{}'", node.Scalar()) : "nothing";
    }

    YamlOrigin origin_;
    GivenValues& given_;
    const Schema& schema_;
};

bool is_at_or_below(const std::string& path, const std::string& ancestor) {
    return path == ancestor || path.starts_with(ancestor + ".");
}

void apply_override(const Override& change, GivenValues& given) {
    const YamlOrigin origin{.name = fmt::format("--set {}={}", change.key, change.value)};
    const Schema& schema = given.schema();
    if (schema.find(change.key) == nullptr && !schema.is_section(change.key)) {
        throw unknown_key_error(schema, origin.name, change.key);
    }
    const YAML::Node node = parse_yaml_document(change.value, origin);
    if (!node.IsDefined() || node.IsNull()) {
        throw configuration_error(fmt::format("{}: {}: has no value", origin.name, change.key),
                                  "write --set key=value");
    }
    GivenValues changed{schema, origin.name};
    Reader{origin, changed}.read(change.key, node, origin.name);

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
    const YAML::Node document = parse_yaml_document(text, origin);
    if (!document.IsDefined() || document.IsNull()) {
        throw configuration_error(
            fmt::format("{}: the file says nothing", origin.name),
            "write at least 'training: {batch_size: 128, learning_rate: 0.01}'");
    }
    if (!document.IsMap()) {
        throw configuration_error(
            fmt::format("{}: the file is not a map of keys", origin.at(document.Mark())),
            "write 'training: {batch_size: 128, learning_rate: 0.01}', say");
    }
    GivenValues given{schema, origin.name};
    Reader{origin, given}.read_map("", document);
    check_overrides_are_distinct(overrides);
    for (const Override& change : overrides) {
        apply_override(change, given);
    }
    return given;
}

}  // namespace batchscope
