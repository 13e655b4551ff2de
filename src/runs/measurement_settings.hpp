#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/grid.hpp"
#include "config/run_settings.hpp"
#include "results/run_record.hpp"
#include "runs/finished_run.hpp"

namespace batchscope {

/// Attributes of /sharpness in a file that batchscope-sharpness wrote: its name and version, and
/// the section `sharpness:` of the configuration that it measured with (that of /config is the
/// training's). Training writes neither.
inline constexpr const char* measured_by_name = "measured_by";
inline constexpr const char* measurement_settings_name = "measurement_settings";

/// The settings that a finished run is measured with: its own with `overrides` in place, at the
/// end. Throws Error (configuration) where they do not go with the run.
[[nodiscard]] RunSettings measurement_settings(const FinishedRun& run,
                                               const std::vector<Override>& overrides);

/// The section `sharpness:` of the resolved configuration, YAML.
[[nodiscard]] std::string sharpness_section(const RunSettings& settings);

/// A resolved configuration with another section `sharpness:`.
[[nodiscard]] std::string with_sharpness_section(const std::string& configuration,
                                                 const std::string& section);

/// Throws Error (configuration), with old and new values, where `file` holds `before`, a
/// measurement with the configuration `configuration_before`, and that is of other weights or other
/// settings than the measurement of `run` with `settings`.
void check_same_measurement(const std::filesystem::path& file, const RunRecord& before,
                            const std::string& configuration_before, const FinishedRun& run,
                            const RunSettings& settings);

}  // namespace batchscope
