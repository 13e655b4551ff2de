#pragma once

#include <map>
#include <string>
#include <vector>

namespace batchscope {

/// Every key path of a YAML text with its value as text; lists in flow form "[1, 2]". Empty when
/// the text is no YAML map.
[[nodiscard]] std::map<std::string, std::string> flatten_configuration(const std::string& yaml);

/// "training.learning_rate: 0.01 -> 0.02" for every key whose value differs between two resolved
/// configurations; "(absent)" where one has no such key.
[[nodiscard]] std::vector<std::string> configuration_differences(const std::string& old_yaml,
                                                                 const std::string& new_yaml);

}  // namespace batchscope
