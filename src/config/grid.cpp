#include "config/grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "config/canonical_form.hpp"
#include "config/resolved_yaml.hpp"
#include "config/study_rules.hpp"
#include "config/study_yaml.hpp"
#include "core/error.hpp"
#include "core/file_io.hpp"

namespace batchscope {

namespace {

constexpr std::int64_t most_points = 100'000;
constexpr std::size_t longest_name = 200;  // bytes; file systems allow 255 with suffixes

struct Axis {
    const Key* key = nullptr;
    std::vector<Value> values;
};

/// batch_size and seed, then every other key that the study writes as a list, in the schema's
/// order.
std::vector<Axis> axes_of(const GivenValues& given) {
    std::vector<Axis> axes;
    for (const char* path : {"training.batch_size", "training.seed"}) {
        axes.push_back({&given.schema().at(path), given.values_of(path)});
    }
    for (const Key& key : given.schema().keys()) {
        const GivenValue* value = given.find(key.path);
        if (value != nullptr && value->is_axis && &key != axes[0].key && &key != axes[1].key) {
            axes.push_back({&key, value->values});
        }
    }
    return axes;
}

std::int64_t count_points(const std::vector<Axis>& axes, const GivenValues& given) {
    std::int64_t points = 1;
    for (const Axis& axis : axes) {
        points *= static_cast<std::int64_t>(axis.values.size());
        if (points > most_points) {
            throw configuration_error(
                fmt::format("{}: the grid has more than {} points", given.source(), most_points),
                "shorten an axis, or split the study");
        }
    }
    return points;
}

/// The value of each axis at point `index`: batch_size changes fastest, then the other axes from
/// the last to the first, seed slowest.
std::vector<const Value*> values_at(const std::vector<Axis>& axes, std::int64_t index) {
    std::vector<const Value*> values(axes.size());
    const auto take = [&](std::size_t axis) {
        const auto size = static_cast<std::int64_t>(axes[axis].values.size());
        values[axis] = &axes[axis].values[static_cast<std::size_t>(index % size)];
        index /= size;
    };
    take(0);
    for (std::size_t axis = axes.size() - 1; axis >= 2; --axis) {
        take(axis);
    }
    take(1);
    return values;
}

RunSettings settings_at(const std::string& study, const GivenValues& given,
                        const std::vector<Axis>& axes, const std::vector<const Value*>& values) {
    RunSettings settings;
    settings.study = study;
    for (const auto& [path, value] : given.all()) {
        if (!value.is_axis) {
            given.schema().at(path).assign(settings, value.values.front());
        }
    }
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
        axes[axis].key->assign(settings, *values[axis]);
    }
    // Last, because some defaults depend on what is given.
    for (const Key& key : given.schema().keys()) {
        if (key.path != "study" && given.find(key.path) == nullptr) {
            key.assign(settings, default_at(key, settings));
        }
    }
    return settings;
}

std::string percent_encoded(std::string_view text) {
    std::string encoded;
    for (const char character : text) {
        const bool plain = (character >= 'A' && character <= 'Z') ||
                           (character >= 'a' && character <= 'z') ||
                           (character >= '0' && character <= '9') ||
                           std::string_view{"._+-"}.find(character) != std::string_view::npos;
        encoded += plain ? std::string{character}
                         : fmt::format("%{:02X}", static_cast<unsigned char>(character));
    }
    return encoded;
}

CoordinateValue coordinate_value(const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return *integer;
    }
    if (const auto* number = std::get_if<double>(&value)) {
        return *number;
    }
    if (const auto* boolean = std::get_if<bool>(&value)) {
        return std::int64_t{*boolean ? 1 : 0};
    }
    return format_value(value);
}

std::vector<Coordinate> coordinates_at(const Schema& schema, const std::vector<Axis>& axes,
                                       const std::vector<const Value*>& values) {
    std::vector<Coordinate> coordinates;
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
        coordinates.push_back({.key = axes[axis].key->path,
                               .short_key = schema.short_key_of(*axes[axis].key),
                               .value = coordinate_value(*values[axis]),
                               .text = format_value(*values[axis])});
    }
    return coordinates;
}

/// Names of different points differ: the keys are the same for all, and of the values only a folder
/// can hold "_key-", all others come from closed sets of words or are numbers.
std::string name_of(const std::vector<Coordinate>& coordinates) {
    std::string name;
    for (const Coordinate& coordinate : coordinates) {
        name += fmt::format("{}{}-{}", name.empty() ? "" : "_", coordinate.short_key,
                            percent_encoded(coordinate.text));
    }
    return name;
}

std::string name_at(const std::vector<Coordinate>& coordinates, const GivenValues& given) {
    std::string name = name_of(coordinates);
    if (name.size() > longest_name) {
        throw configuration_error(fmt::format("{}: the file name {} has more than {} bytes",
                                              given.source(), name, longest_name),
                                  "write fewer keys as lists, or shorter values");
    }
    return name;
}

void mark_aliases(std::vector<GridPoint>& points) {
    std::unordered_map<std::string, std::int64_t> first_with;
    for (GridPoint& point : points) {
        const auto [first, is_new] = first_with.emplace(point.canonical_yaml, point.index);
        if (!is_new) {
            point.alias_of = first->second;
        }
    }
}

std::string study_name(const GivenValues& given, const std::filesystem::path& source) {
    if (const GivenValue* study = given.find("study")) {
        return std::get<std::string>(study->values.front());
    }
    std::string stem = source.stem().string();
    if (stem.empty() || stem.front() == '.') {
        throw configuration_error(
            fmt::format("{}: the file's name gives no name for the study", given.source()),
            "write 'study: name' in it");
    }
    return stem;
}

}  // namespace

Study load_study(const Schema& schema, const std::filesystem::path& file,
                 const std::vector<Override>& overrides) {
    return parse_study(schema, read_text_file(file), file, overrides);
}

Study parse_study(const Schema& schema, const std::string& text,
                  const std::filesystem::path& source, const std::vector<Override>& overrides) {
    const GivenValues given = read_study_yaml(schema, text, source, overrides);
    check_study(given);
    const std::vector<Axis> axes = axes_of(given);
    const std::int64_t count = count_points(axes, given);

    Study study;
    study.name = study_name(given, source);
    study.points.reserve(static_cast<std::size_t>(count));
    std::vector<const RunSettings*> settings_of_points;
    for (std::int64_t index = 0; index < count; ++index) {
        const std::vector<const Value*> values = values_at(axes, index);
        GridPoint& point = study.points.emplace_back();
        point.index = index;
        point.coordinates = coordinates_at(schema, axes, values);
        point.name = name_at(point.coordinates, given);
        point.settings = settings_at(study.name, given, axes, values);
        check_point(point.settings, given);
        point.resolved_yaml = resolved_yaml(schema, point.settings);
        point.canonical_yaml = canonical_form(schema, point.settings);
        point.configuration_hash = configuration_hash(point.canonical_yaml);
        settings_of_points.push_back(&point.settings);
    }
    mark_aliases(study.points);
    study.resolved_yaml = resolved_yaml(given, settings_of_points);
    return study;
}

}  // namespace batchscope
