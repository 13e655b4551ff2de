#pragma once

#include <cstdint>
#include <string>

#include "launch_options.hpp"
#include "runs/measurement_plan.hpp"

namespace batchscope {

/// The command line of batchscope-sharpness.
struct SharpnessOptions : LaunchOptions, MeasurementRequest {
    bool line = false;         ///< walk the line between the two files of `paths`
    std::int64_t points = 25;  ///< of the line: 3k + 1
};

/// Throws Error (configuration) for unknown options, with the nearest valid name, and wrong values.
[[nodiscard]] SharpnessOptions parse_sharpness_options(int argc, char** argv);

/// What --help prints.
[[nodiscard]] std::string sharpness_usage();

}  // namespace batchscope
