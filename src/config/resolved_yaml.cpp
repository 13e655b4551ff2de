#include "config/resolved_yaml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "config/schema.hpp"

namespace batchscope {

namespace {

/// Nests lines "a.b.c: value", given in an order that keeps sections together.
class BlockWriter {
  public:
    void write(const std::string& path, const std::string& value) {
        const std::string section = parent_of(path);
        open(section);
        text_ += fmt::format("{:{}}{}: {}\n", "", indent(section), last_name_of(path), value);
    }

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

  private:
    static std::size_t indent(const std::string& section) {
        const auto dots = std::count(section.begin(), section.end(), '.');
        return section.empty() ? 0 : 2 * static_cast<std::size_t>(dots + 1);
    }

    void open(const std::string& section) {
        const bool is_open = section == open_section_ || open_section_.starts_with(section + ".");
        if (!section.empty() && !is_open) {
            open(parent_of(section));
            text_ +=
                fmt::format("{:{}}{}:\n", "", indent(parent_of(section)), last_name_of(section));
        }
        open_section_ = section;
    }

    std::string text_;
    std::string open_section_;
};

/// Whether a value can be written; an optional key without one is left out.
bool is_writable(const Key& key, const Value& value) {
    if (key.kind == ValueKind::text) {
        return !std::get<std::string>(value).empty();
    }
    return key.kind == ValueKind::automatic_integer ||
           !std::holds_alternative<std::monostate>(value);
}

/// The one value of a key at all points that use it; none if there is no point or no single value.
std::optional<Value> common_value(const Schema& schema, const Key& key,
                                  const std::vector<const RunSettings*>& points) {
    std::optional<Value> common;
    for (const RunSettings* settings : points) {
        if (schema.is_used(key, *settings)) {
            Value value = key.read(*settings);
            if (common && *common != value) {
                return std::nullopt;
            }
            common = std::move(value);
        }
    }
    return common;
}

std::string axis_yaml(const std::vector<Value>& values) {
    std::vector<std::string> texts;
    std::transform(values.begin(), values.end(), std::back_inserter(texts), yaml_value);
    return fmt::format("[{}]", fmt::join(texts, ", "));
}

}  // namespace

std::string resolved_yaml(const Schema& schema, const RunSettings& settings) {
    BlockWriter writer;
    for (const Key& key : schema.keys()) {
        const Value value = key.read(settings);
        if (schema.is_used(key, settings) && is_writable(key, value)) {
            writer.write(key.path, yaml_value(value));
        }
    }
    return writer.text();
}

std::string resolved_yaml(const GivenValues& given, const std::vector<const RunSettings*>& points) {
    const Schema& schema = given.schema();
    BlockWriter writer;
    for (const Key& key : schema.keys()) {
        const GivenValue* value = given.find(key.path);
        if (value != nullptr && value->is_axis) {
            writer.write(key.path, axis_yaml(value->values));
        } else if (const auto common = common_value(schema, key, points);
                   common && is_writable(key, *common)) {
            writer.write(key.path, yaml_value(*common));
        }
    }
    return writer.text();
}

}  // namespace batchscope
