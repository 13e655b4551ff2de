#pragma once

#include <yaml-cpp/yaml.h>

#include <string>

namespace batchscope {

/// Where a YAML text came from, so that messages can point to a line of it.
struct YamlOrigin {
    std::string name;        ///< file, or the override itself
    bool has_lines = false;  ///< a file has; an override has not

    /// "configs/a.yaml:7", or the name alone.
    [[nodiscard]] std::string at(const YAML::Mark& mark) const;
};

/// The only YAML document in `text`; an undefined node if there is none. Throws Error
/// (configuration) for a second document and for what is no YAML.
[[nodiscard]] YAML::Node parse_yaml_document(const std::string& text, const YamlOrigin& origin);

}  // namespace batchscope
