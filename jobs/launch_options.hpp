#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <optional>

#include "communication/device_binding.hpp"
#include "core/watchdog.hpp"

namespace batchscope {

/// What every MPI program asks alike: how ranks are bound and connected.
struct LaunchOptions {
    bool help = false;
    bool version = false;
    DeviceChoice device = DeviceChoice::automatic;
    bool device_given = false;
    CommunicationChoice communication = CommunicationChoice::automatic;
    bool allow_single = false;
    std::optional<Watchdog::Seconds> stall_timeout;
};

/// Adds them to what a program understands, last.
void describe_launch_options(boost::program_options::options_description& options);

/// Throws Error (configuration) for wrong values.
[[nodiscard]] LaunchOptions read_launch_options(
    const boost::program_options::variables_map& values);

}  // namespace batchscope
