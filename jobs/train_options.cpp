#include "train_options.hpp"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <sstream>

#include "core/command_line.hpp"
#include "core/error.hpp"

namespace batchscope {

namespace po = boost::program_options;

namespace {

po::options_description described_options() {
    po::options_description options("Options");
    auto add = options.add_options();
    add("config", po::value<std::string>(), "FILE: the study (YAML)");
    add("output", po::value<std::string>()->default_value("results"),
        "FOLDER: result files go to FOLDER/STUDY/");
    add("set", po::value<std::vector<std::string>>()->composing(),
        "KEY=VALUE: replaces a value of the file, e.g. training.batch_size=[64,128]; repeatable");
    add("task", po::value<std::string>(),
        "LIST: only these grid points, e.g. 0,3,7-9; default: every pending point in order");
    add("list",
        "print index, coordinates, saved step and state of every point (or of --task), run "
        "nothing");
    add("print-config", "print the resolved study, --set included, as YAML, run nothing");
    add("device", po::value<std::string>(), "auto | cpu | cuda");
    add("communication", po::value<std::string>()->default_value("auto"),
        "auto | nccl | mpi (mpi: also for GPUs that ranks share)");
    add("ranks-per-point", po::value<std::string>(),
        "N | auto: groups of at least N ranks train different points at the same time; auto: as "
        "many points as there are ranks; default: all ranks train each point together");
    add("overwrite", "run finished points again");
    add("allow-single", "run as one process although Slurm started several");
    add("stall-timeout", po::value<double>(),
        "SECONDS a collective may take; default: 45 s beyond the longest seen");
    add("help", "print this");
    add("version", "print the version");
    return options;
}

}  // namespace

std::string train_usage() {
    std::ostringstream text;
    text << "batchscope-train: trains one network at every batch size of a grid.\n\n"
            "  mpirun -n 2 batchscope-train --config configs/fashion_mnist_mlp.yaml --output "
            "results\n\n"
         << described_options()
         << "\nExit codes: 0 done (a diverged run is a result); 1 failure at run time; 2 wrong "
            "option or\n"
            "configuration; 3 wrong data; 4 wrong environment (ranks, GPUs, a second writer);\n"
            "75 stopped on request, start again to go on; 137 a rank was killed, hangs or is lost: "
            "the same.\n";
    return text.str();
}

TrainOptions parse_train_options(int argc, char** argv) {
    const po::variables_map values = parse_command_line(described_options(), argc, argv);
    TrainOptions options;
    options.help = values.contains("help");
    options.version = values.contains("version");
    if (options.help || options.version) {
        return options;
    }
    if (!values.contains("config")) {
        throw configuration_error("--config is missing",
                                  "name a study: --config configs/fashion_mnist_mlp.yaml");
    }
    options.config = values["config"].as<std::string>();
    options.output = values["output"].as<std::string>();
    if (values.contains("set")) {
        for (const auto& text : values["set"].as<std::vector<std::string>>()) {
            options.overrides.push_back(parse_override(text));
        }
    }
    if (values.contains("task")) {
        options.task = values["task"].as<std::string>();
    }
    options.list = values.contains("list");
    options.print_config = values.contains("print-config");
    options.device_given = values.contains("device");
    options.device =
        parse_device(options.device_given ? values["device"].as<std::string>() : "auto");
    options.communication = parse_communication(values["communication"].as<std::string>());
    if (values.contains("ranks-per-point")) {
        options.ranks_per_point =
            parse_ranks_per_point(values["ranks-per-point"].as<std::string>());
    }
    options.overwrite = values.contains("overwrite");
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
