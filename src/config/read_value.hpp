#pragma once

#include "config/schema.hpp"
#include "config/study_yaml.hpp"
#include "config/yaml_reader.hpp"

namespace batchscope {

/// Reads what stands at the place of one key: a value, or a list as an axis. Throws Error
/// (configuration) for a wrong type, a value out of range, an empty axis, a value twice on an axis,
/// and a list where none may be.
[[nodiscard]] GivenValue read_value(const Key& key, const YamlPlace& place);

}  // namespace batchscope
