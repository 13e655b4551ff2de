#include "doctor_options.hpp"

#include <boost/program_options.hpp>
#include <sstream>

#include "core/command_line.hpp"
#include "diagnosis/all_reduce.hpp"

namespace batchscope {

namespace po = boost::program_options;

namespace {

po::options_description options_of_doctor() {
    po::options_description options("Options");
    auto add = options.add_options();
    add("output", po::value<std::string>()->default_value("results"),
        "FOLDER: where training is to write");
    add("messages", po::value<std::string>()->default_value("8,64,512,4K,32K,256K,2M,16M,64M"),
        "SIZES of the all-reduce, in bytes");
    describe_launch_options(options);
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
        << options_of_doctor()
        << "\nExit codes: 0 train here (there may be warnings); 2 wrong option; 4 a check failed.\n"
           "It leaves no file behind.\n";
    return text.str();
}

DoctorOptions parse_doctor_options(int argc, char** argv) {
    const po::variables_map values = parse_command_line(options_of_doctor(), argc, argv);
    DoctorOptions options;
    static_cast<LaunchOptions&>(options) = read_launch_options(values);
    options.output = values["output"].as<std::string>();
    options.messages = parse_message_sizes(values["messages"].as<std::string>());
    return options;
}

}  // namespace batchscope
