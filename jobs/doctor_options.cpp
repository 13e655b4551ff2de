#include "doctor_options.hpp"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <sstream>

#include "core/command_line.hpp"
#include "core/error.hpp"
#include "diagnosis/all_reduce.hpp"

namespace batchscope {

namespace po = boost::program_options;

namespace {

po::options_description described_options() {
    po::options_description options("Options");
    auto add = options.add_options();
    add("output", po::value<std::string>()->default_value("results"),
        "FOLDER: where training is to write");
    add("device", po::value<std::string>()->default_value("auto"), "auto | cpu | cuda");
    add("communication", po::value<std::string>()->default_value("auto"),
        "auto | nccl | mpi (mpi: also for GPUs that ranks share)");
    add("messages", po::value<std::string>()->default_value("8,64,512,4K,32K,256K,2M,16M,64M"),
        "SIZES of the all-reduce, in bytes");
    add("allow-single", "run as one process although Slurm started several");
    add("stall-timeout", po::value<double>(),
        "SECONDS ranks wait for another; default: 45 s beyond the longest seen");
    add("help", "print this");
    add("version", "print the version");
    return options;
}

}  // namespace

std::string doctor_usage() {
    std::ostringstream text;
    text
        << "batchscope-doctor: checks a machine before a week is spent on it. Start it as the "
           "training\n"
           "will be started:\n\n"
           "  srun --mpi=pmix -N2 --ntasks-per-node=4 --gpus-per-node=4 --gpu-bind=none \\\n"
           "      batchscope-doctor --output results\n\n"
        << described_options()
        << "\nExit codes: 0 train here (there may be warnings); 2 wrong option; 4 a check failed.\n"
           "It leaves no file behind.\n";
    return text.str();
}

DoctorOptions parse_doctor_options(int argc, char** argv) {
    const po::variables_map values = parse_command_line(described_options(), argc, argv);
    DoctorOptions options;
    options.help = values.contains("help");
    options.version = values.contains("version");
    options.output = values["output"].as<std::string>();
    options.device = parse_device(values["device"].as<std::string>());
    options.communication = parse_communication(values["communication"].as<std::string>());
    options.messages = parse_message_sizes(values["messages"].as<std::string>());
    options.allow_single = values.contains("allow-single");
    if (values.contains("stall-timeout")) {
        options.stall_timeout = values["stall-timeout"].as<double>();
        if (!(*options.stall_timeout > 0)) {
            throw configuration_error(
                fmt::format("--stall-timeout {}: not positive", *options.stall_timeout),
                "give seconds, e.g. --stall-timeout 60");
        }
    }
    return options;
}

}  // namespace batchscope
