#pragma once

#include <string>
#include <vector>

#include "config/run_settings.hpp"
#include "config/study_yaml.hpp"

namespace batchscope {

/// The configuration of one run as block YAML: every key that it uses, defaults included, none a
/// list but those that are lists by nature. Reads again as a study of this one run.
[[nodiscard]] std::string resolved_yaml(const Schema& schema, const RunSettings& settings);

/// The configuration of a whole study as block YAML with defaults, axes as lists. Reads again as
/// the same study. A default that differs between the points is left out, since one value cannot
/// stand for it.
[[nodiscard]] std::string resolved_yaml(const GivenValues& given,
                                        const std::vector<const RunSettings*>& points);

}  // namespace batchscope
