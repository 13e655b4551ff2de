#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/grid.hpp"
#include "launch_options.hpp"

namespace batchscope {

/// The command line of batchscope-sharpness.
struct SharpnessOptions : LaunchOptions {
    std::vector<std::filesystem::path> paths;  ///< result files and folders of them
    std::filesystem::path output;              ///< a folder; with `line` the table's file
    std::vector<Override> overrides;           ///< of keys sharpness.* alone
    bool overwrite = false;
    bool line = false;         ///< walk the line between the two files of `paths`
    std::int64_t points = 25;  ///< of the line: 3k + 1
};

/// Throws Error (configuration) for unknown options, with the nearest valid name, and wrong values.
[[nodiscard]] SharpnessOptions parse_sharpness_options(int argc, char** argv);

/// What --help prints.
[[nodiscard]] std::string sharpness_usage();

}  // namespace batchscope
