#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "config/run_settings.hpp"
#include "config/schema.hpp"

namespace batchscope {

/// The value of one axis at one grid point, as the attribute of the result file stores it.
using CoordinateValue = std::variant<std::int64_t, double, std::string>;

struct Coordinate {
    std::string key;  ///< full path, "training.batch_size"
    std::string
        short_key;  ///< shortest suffix that no other key of the schema shares, "batch_size"
    CoordinateValue value;
    std::string text;  ///< shortest round-trip form, "64"
};

/// One run of the grid.
struct GridPoint {
    std::int64_t index = 0;  ///< 0-based position in the grid
    std::vector<Coordinate>
        coordinates;   ///< batch_size, seed, then the other axes in the schema's order
    std::string name;  ///< "batch_size-64_seed-1": the result file is NAME.h5
    RunSettings settings;
    std::string resolved_yaml;  ///< every key with its value at this point, defaults included
    std::string
        canonical_yaml;  ///< the same without values that this point does not use; what is hashed
    std::string configuration_hash;  ///< XXH3 128-bit of the canonical form, 32 hex digits
    std::optional<std::int64_t>
        alias_of;  ///< index of the earlier point with an equal canonical form
};

/// The grid is the product of all axes. Order: the first seed's whole table before the second
/// seed's; within it the axes in the schema's order, the first slowest; batch_size fastest.
struct Study {
    std::string name;
    std::string resolved_yaml;  ///< the whole study with defaults; axes still lists; printed first
    std::vector<GridPoint> points;
};

/// "training.batch_size=[64,128]": one --set of the command line.
struct Override {
    std::string key;
    std::string value;  ///< YAML text
};

/// Reads, checks and expands a study. `overrides` follow the same syntax and checks as the file and
/// replace wholesale what the file says at their key; a budget of another unit replaces the file's
/// budget. Throws Error (configuration) with file, line, key path and nearest valid name for
/// unknown, misplaced and duplicate keys, wrong types and impossible values.
[[nodiscard]] Study load_study(const Schema& schema, const std::filesystem::path& file,
                               const std::vector<Override>& overrides = {});

/// The same from text; `source` stands for the file in messages and its stem is the default study
/// name.
[[nodiscard]] Study parse_study(const Schema& schema, const std::string& text,
                                const std::filesystem::path& source,
                                const std::vector<Override>& overrides = {});

/// Splits "key=value". Throws Error (configuration) when there is no '=' or no key.
[[nodiscard]] Override parse_override(const std::string& text);

/// Parses "0,3,7-9" into sorted unique indices below `points`. Throws Error (configuration)
/// otherwise.
[[nodiscard]] std::vector<std::int64_t> parse_task_list(const std::string& text,
                                                        std::int64_t points);

}  // namespace batchscope
