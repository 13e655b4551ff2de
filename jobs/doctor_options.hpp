#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "launch_options.hpp"

namespace batchscope {

/// The command line of batchscope-doctor.
struct DoctorOptions : LaunchOptions {
    std::filesystem::path output = "results";
    std::vector<std::int64_t> messages;  ///< bytes of each all-reduce
};

/// Throws Error (configuration) for unknown options, with the nearest valid name, and wrong values.
[[nodiscard]] DoctorOptions parse_doctor_options(int argc, char** argv);

/// What --help prints.
[[nodiscard]] std::string doctor_usage();

}  // namespace batchscope
