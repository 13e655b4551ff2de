#include "launch_options.hpp"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <string>

#include "core/error.hpp"

namespace batchscope {

namespace po = boost::program_options;

void describe_launch_options(po::options_description& options) {
    auto add = options.add_options();
    add("device", po::value<std::string>()->default_value("auto"), "auto | cpu | cuda");
    add("communication", po::value<std::string>()->default_value("auto"),
        "auto | nccl | mpi (mpi: also for GPUs that ranks share)");
    add("allow-single", "run as one process although Slurm started several");
    add("stall-timeout", po::value<double>(),
        "SECONDS that ranks wait for another; default: 45 s beyond the longest seen");
    add("help", "print this");
    add("version", "print the version");
}

LaunchOptions read_launch_options(const po::variables_map& values) {
    LaunchOptions options;
    options.help = values.contains("help");
    options.version = values.contains("version");
    options.device = parse_device(values["device"].as<std::string>());
    options.device_given = !values["device"].defaulted();
    options.communication = parse_communication(values["communication"].as<std::string>());
    options.allow_single = values.contains("allow-single");
    if (values.contains("stall-timeout")) {
        const double seconds = values["stall-timeout"].as<double>();
        if (!(seconds > 0)) {
            throw configuration_error(fmt::format("--stall-timeout {}: not positive", seconds),
                                      "give seconds, e.g. --stall-timeout 60");
        }
        options.stall_timeout = Watchdog::Seconds(seconds);
    }
    return options;
}

}  // namespace batchscope
