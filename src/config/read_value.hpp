#pragma once

#include <yaml-cpp/yaml.h>

#include <string>

#include "config/schema.hpp"
#include "config/study_yaml.hpp"

namespace batchscope {

/// Reads the node of one key: a value, or a list as an axis. `where` is "file:line" or the
/// override. Throws Error (configuration) for a wrong type, a value out of range, an empty axis, a
/// value twice on an axis, and a list where none may be.
[[nodiscard]] GivenValue read_value(const Key& key, const YAML::Node& node,
                                    const std::string& where);

}  // namespace batchscope
