#include "train_options.hpp"

#include <boost/program_options.hpp>
#include <sstream>

#include "components_text.hpp"
#include "core/command_line.hpp"
#include "core/error.hpp"
#include "study/study_schema.hpp"

namespace batchscope {

namespace po = boost::program_options;

namespace {

po::options_description options_of_train() {
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
    add("ranks-per-point", po::value<std::string>(),
        "N | auto: groups of at least N ranks train different points at the same time; auto: as "
        "many points as there are ranks; default: all ranks train each point together");
    add("overwrite", "run finished points again");
    describe_launch_options(options);
    return options;
}

}  // namespace

std::string train_usage() {
    std::ostringstream text;
    text << "batchscope-train: trains one network at every batch size of a grid.\n\n"
            "  mpirun -n 2 batchscope-train --config configs/fashion_mnist_mlp.yaml --output "
            "results\n\n"
         << options_of_train() << '\n'
         << components_text(study_schema())
         << "\nExit codes: 0 done (a diverged run is a result); 1 failure at run time; 2 wrong "
            "option or\n"
            "configuration; 3 wrong data; 4 wrong environment (ranks, GPUs, a second writer);\n"
            "75 stopped on request, start again to go on; 137 a rank was killed, hangs or is lost: "
            "the same.\n";
    return text.str();
}

TrainOptions parse_train_options(int argc, char** argv) {
    const po::variables_map values = parse_command_line(options_of_train(), argc, argv);
    TrainOptions options;
    static_cast<LaunchOptions&>(options) = read_launch_options(values);
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
    if (values.contains("ranks-per-point")) {
        options.ranks_per_point =
            parse_ranks_per_point(values["ranks-per-point"].as<std::string>());
    }
    options.overwrite = values.contains("overwrite");
    return options;
}

}  // namespace batchscope
