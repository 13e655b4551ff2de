#pragma once

#include <map>
#include <set>
#include <span>
#include <string>

#include "analysis/runs/run.hpp"

namespace batchscope {

/// Keeps runs of one study apart whose configurations differ in more than the study's axes, which
/// happens when a configuration is edited between two jobs: a mean over 5-epoch and 10-epoch runs
/// would describe neither. Each key that differs between runs of equal coordinates becomes an
/// axis of all runs; an axis that older files lack (the grid has grown) is filled from their
/// configuration. Keys that do not change a run's metrics (folders, output, how much a rank holds
/// at once) do not count. `runs` are all runs of one study. Their configuration text is cleared: it
/// is not needed any more. Returns the keys that became axes.
std::set<std::string> separate_configurations(std::span<AnalyzedRun> runs);

/// Every key path of a YAML text with its value as text; lists in flow form "[1, 2]". Empty when
/// the text is no YAML map.
[[nodiscard]] std::map<std::string, std::string> flatten_configuration(const std::string& yaml);

}  // namespace batchscope
