#include "sharpness_options.hpp"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <sstream>

#include "core/command_line.hpp"
#include "core/error.hpp"

namespace batchscope {

namespace po = boost::program_options;

namespace {

constexpr std::int64_t default_points = 25;  // as in Keskar 2017

po::options_description options_of_sharpness() {
    po::options_description options("Options");
    auto add = options.add_options();
    add("output", po::value<std::string>(),
        "FOLDER: measured files go to FOLDER/STUDY/; with --line FILE.csv: the table");
    add("set", po::value<std::vector<std::string>>()->composing(),
        "KEY=VALUE: replaces a sharpness.* value of the runs' own configuration, e.g. "
        "sharpness.measures=[eigenvalues,density]; repeatable");
    add("line", "walk the line between two result files instead");
    add("points", po::value<std::int64_t>(), "N: points of the line, 3k + 1; default: 25");
    add("overwrite", "measure again what is measured already");
    describe_launch_options(options);
    return options;
}

po::variables_map parse(int argc, char** argv) {
    po::options_description paths;
    paths.add_options()("path", po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add("path", -1);
    return parse_command_line(options_of_sharpness(), argc, argv, paths, positional);
}

/// An override of a key that says how a finished run is measured. Throws Error (configuration).
Override parse_sharpness_override(const std::string& text) {
    Override change = parse_override(text);
    const std::string where = fmt::format("--set {}={}", change.key, change.value);
    if (!change.key.starts_with("sharpness.")) {
        throw configuration_error(
            fmt::format("{}: the run is finished, so that nothing of its configuration can change "
                        "but how it is measured",
                        where),
            "set keys under sharpness, such as sharpness.measures=[eigenvalues]; train again for "
            "all others");
    }
    if (change.key == "sharpness.at_end" || change.key == "sharpness.every_epochs") {
        throw configuration_error(
            fmt::format("{}: a result file holds the weights of the end alone: that is when it is "
                        "measured",
                        where),
            "leave it out; to measure during training, train again with it");
    }
    return change;
}

void check_line(const SharpnessOptions& options) {
    if (options.paths.size() != 2) {
        throw configuration_error(
            fmt::format("--line: {} file(s) given, not two", options.paths.size()),
            "name the two ends: --line A.h5 B.h5");
    }
    if (!options.overrides.empty()) {
        throw configuration_error("--line: no measure of sharpness is taken on it",
                                  "leave --set out");
    }
    if (options.points < 4 || options.points % 3 != 1) {
        throw configuration_error(
            fmt::format("--points {}: alpha goes from -1 to 2, and would miss the ends 0 and 1",
                        options.points),
            "give 3k + 1 points: 4, 7, 13, 25, 49 ...");
    }
    if (options.output.extension() != ".csv") {
        throw configuration_error(
            fmt::format("--output {}: the line is written as a table", options.output.string()),
            "name a file that ends in .csv");
    }
}

}  // namespace

std::string sharpness_usage() {
    std::ostringstream text;
    text << "batchscope-sharpness: measures curvature at the weights of finished result files.\n\n"
            "  mpirun -n 2 batchscope-sharpness results/fashion_mnist_mlp --output sharpness \\\n"
            "      --set sharpness.measures=[eigenvalues,density]\n"
            "  mpirun -n 2 batchscope-sharpness --line A.h5 B.h5 --output line.csv\n\n"
            "The first form measures each complete run as batchscope-train does at the end of a "
            "run, and writes\n"
            "its file anew to another folder, with the new row alone in /sharpness; the files "
            "that are read\n"
            "never change. Of a folder it reads every *.h5 in it and in its direct subfolders.\n"
            "The second form takes loss and accuracy of all splits at (1 - alpha) A + alpha B for "
            "alpha from -1\n"
            "to 2 (Keskar 2017: A trained with small batches, B with large ones), batch "
            "normalisation\n"
            "re-estimated at each. The order of a layer's hidden units is arbitrary: between runs "
            "from different\n"
            "initial weights a barrier may be due to that order alone.\n\n"
         << options_of_sharpness()
         << "\nExit codes: 0 done (unfinished and diverged runs, and runs without weights are "
            "named and left out);\n"
            "1 failure at run time; 2 wrong option or configuration; 3 some files are damaged, "
            "foreign or not\n"
            "what their data and weights give today (the others are measured), or none can be "
            "measured;\n"
            "4 wrong environment (ranks, GPUs, a second writer); 75 stopped on request, start "
            "again to go on;\n"
            "137 a rank was killed, hangs or is lost: the same.\n";
    return text.str();
}

SharpnessOptions parse_sharpness_options(int argc, char** argv) {
    const po::variables_map values = parse(argc, argv);
    SharpnessOptions options;
    static_cast<LaunchOptions&>(options) = read_launch_options(values);
    if (options.help || options.version) {
        return options;
    }
    if (values.contains("path")) {
        for (const auto& path : values["path"].as<std::vector<std::string>>()) {
            options.paths.emplace_back(path);
        }
    }
    if (values.contains("output")) {
        options.output = values["output"].as<std::string>();
    }
    if (values.contains("set")) {
        for (const auto& text : values["set"].as<std::vector<std::string>>()) {
            options.overrides.push_back(parse_sharpness_override(text));
        }
    }
    options.overwrite = values.contains("overwrite");
    options.line = values.contains("line");
    options.points =
        values.contains("points") ? values["points"].as<std::int64_t>() : default_points;
    if (options.paths.empty()) {
        throw configuration_error("no result file or folder is given",
                                  "name at least one: batchscope-sharpness results/STUDY");
    }
    if (options.output.empty()) {
        throw configuration_error("--output is missing",
                                  "name a folder for the measured files; those that are read "
                                  "never change");
    }
    if (options.line) {
        check_line(options);
    } else if (values.contains("points")) {
        throw configuration_error("--points without --line", "add --line, or leave it out");
    }
    return options;
}

}  // namespace batchscope
