#include "analysis/command_line.hpp"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <sstream>

#include "core/command_line.hpp"
#include "core/error.hpp"

namespace batchscope {

namespace {

namespace po = boost::program_options;

po::options_description visible_options() {
    po::options_description options("Options");
    options.add_options()                                           //
        ("output", po::value<std::string>()->value_name("FOLDER"),  //
         "folder of runs.csv and summary.csv, default report")      //
        ("confidence", po::value<double>()->value_name("C"),        //
         "confidence of the intervals, in (0, 1), default 0.95")    //
        ("help", "print this text")                                 //
        ("version", "print the version");
    return options;
}

po::variables_map parse(int argc, const char* const* argv) {
    po::options_description paths;
    paths.add_options()("path", po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add("path", -1);
    return parse_command_line(visible_options(), argc, argv, paths, positional);
}

}  // namespace

AnalysisOptions parse_command_line(int argc, const char* const* argv) {
    const po::variables_map values = parse(argc, argv);
    AnalysisOptions options;
    options.help = values.contains("help");
    options.version = values.contains("version");
    if (values.contains("path")) {
        for (const std::string& path : values["path"].as<std::vector<std::string>>()) {
            options.paths.emplace_back(path);
        }
    }
    if (values.contains("output")) {
        options.output = values["output"].as<std::string>();
    }
    if (values.contains("confidence")) {
        options.confidence = values["confidence"].as<double>();
    }
    if (!(options.confidence > 0 && options.confidence < 1)) {
        throw configuration_error(
            fmt::format("--confidence is {}, which is not between 0 and 1", options.confidence),
            "give a fraction, 0.95 for 95 %");
    }
    if (options.paths.empty() && !options.help && !options.version) {
        throw configuration_error("no result file or folder is given",
                                  "name at least one, batchscope-analyze results/STUDY");
    }
    return options;
}

std::string help_text() {
    std::ostringstream text;
    text << "batchscope-analyze FILE-OR-FOLDER ... [options]\n\n"
            "Reads result files of batchscope-train, prints a table per study and writes runs.csv "
            "(a row\n"
            "per file) and summary.csv (a row per batch size, other axes and metric). Of a folder "
            "it reads\n"
            "every *.h5 in it and in its direct subfolders.\n\n"
         << visible_options()
         << "\nExit codes: 0 all files read; 3 some files skipped (they are named, the rest is "
            "analysed),\n"
            "or no run that counts; 2 wrong option; 1 the report cannot be written.\n";
    return text.str();
}

}  // namespace batchscope
