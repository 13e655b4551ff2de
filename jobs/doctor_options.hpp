#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "communication/device_binding.hpp"

namespace batchscope {

/// The command line of batchscope-doctor.
struct DoctorOptions {
    bool help = false;
    bool version = false;
    std::filesystem::path output = "results";
    DeviceChoice device = DeviceChoice::automatic;
    CommunicationChoice communication = CommunicationChoice::automatic;
    std::vector<std::int64_t> messages;  ///< bytes of each all-reduce
    bool allow_single = false;
    std::optional<double> stall_timeout;  ///< seconds
};

/// Throws Error (configuration) for unknown options, with the nearest valid name, and wrong values.
[[nodiscard]] DoctorOptions parse_doctor_options(int argc, char** argv);

/// What --help prints.
[[nodiscard]] std::string doctor_usage();

}  // namespace batchscope
