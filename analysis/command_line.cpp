#include "analysis/command_line.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/program_options.hpp>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include "core/command_line.hpp"
#include "core/error.hpp"

namespace batchscope {

namespace {

namespace po = boost::program_options;

po::options_description visible_options() {
    po::options_description options("Options");
    options.add_options()                                                        //
        ("output", po::value<std::string>()->value_name("FOLDER"),               //
         "folder for report.html and all else that is written, default report")  //
        ("confidence", po::value<double>()->value_name("C"),                     //
         "confidence of the intervals, in (0, 1), default 0.95")                 //
        ("margin", po::value<double>()->value_name("D"),                         //
         "accuracies that differ by less are equivalent: a fraction, default 0.005 (half a "
         "point)")                                                                     //
        ("loss-margin", po::value<double>()->value_name("D"),                          //
         "the same for losses, in nats, default 0.02")                                 //
        ("current", po::value<std::int64_t>()->value_name("B"),                        //
         "the batch size in use now: adds what every other one would change")          //
        ("target", po::value<std::vector<std::string>>()->value_name("METRIC=VALUE"),  //
         "validation_loss=0.4 or validation_accuracy=0.85, may be repeated; default: chosen from "
         "the runs")                                                                             //
        ("decide-by", po::value<std::string>()->value_name("loss|accuracy"),                     //
         "the validation metric that chooses what to train with, default loss")                  //
        ("memory", po::value<std::string>()->value_name("SIZE"),                                 //
         "memory of a device, 32GB or 16GiB: adds the largest batch that fits there")            //
        ("claims", po::value<std::string>()->value_name("FILE"),                                 //
         "claims about batch size to decide; YAML as analysis/claims/claims.yaml, the default")  //
        ("language", po::value<std::string>()->value_name("en|ko"),                              //
         "language of the report, English or Korean, default en")                                //
        ("help", "print this text")                                                              //
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

double number(const po::variables_map& values, const char* name, double otherwise) {
    return values.contains(name) ? values[name].as<double>() : otherwise;
}

/// "32GB" is 32e9 bytes, "32GiB" 32 * 2^30.
double bytes_of(const std::string& text) {
    constexpr std::array<std::pair<std::string_view, double>, 4> units{
        {{"GB", 1e9}, {"GiB", 1024.0 * 1024 * 1024}, {"MB", 1e6}, {"MiB", 1024.0 * 1024}}};
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    for (const auto& [unit, bytes] : units) {
        if (end == unit && end != text.c_str() && std::isfinite(number) && number > 0) {
            return number * bytes;
        }
    }
    throw configuration_error(fmt::format("--memory is {}, which is no size", text),
                              "give a number above 0 and GB, GiB, MB or MiB: 32GB");
}

Target target_of(const std::string& text) {
    const auto equals = text.find('=');
    const std::string name = text.substr(0, equals);
    for (const TargetMetric metric :
         {TargetMetric::validation_loss, TargetMetric::validation_accuracy}) {
        if (name != word_of(metric) || equals == std::string::npos) {
            continue;
        }
        const char* const begin = text.c_str() + equals + 1;
        char* end = nullptr;
        const double value = std::strtod(begin, &end);
        if (end != begin && *end == '\0' && std::isfinite(value)) {
            return {metric, value, TargetOrigin::given};
        }
    }
    throw configuration_error(fmt::format("--target is {}, which is no target", text),
                              "give validation_loss=0.4 or validation_accuracy=0.85");
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
    Margins& margins = options.questions.margins;
    margins.confidence = number(values, "confidence", margins.confidence);
    if (!(margins.confidence > 0 && margins.confidence < 1)) {
        throw configuration_error(
            fmt::format("--confidence is {}, which is not between 0 and 1", margins.confidence),
            "give a fraction, 0.95 for 95 %");
    }
    margins.accuracy = number(values, "margin", margins.accuracy);
    if (!(margins.accuracy > 0 && margins.accuracy < 1)) {
        throw configuration_error(
            fmt::format("--margin is {}, which is not between 0 and 1", margins.accuracy),
            "give a fraction, 0.005 for half a point of accuracy");
    }
    margins.loss = number(values, "loss-margin", margins.loss);
    if (!(margins.loss > 0 && std::isfinite(margins.loss))) {
        throw configuration_error(
            fmt::format("--loss-margin is {}, which is not above 0", margins.loss),
            "give a difference of losses that does not matter, 0.02");
    }
    if (values.contains("current")) {
        options.questions.current_batch_size = values["current"].as<std::int64_t>();
    }
    if (values.contains("target")) {
        for (const std::string& text : values["target"].as<std::vector<std::string>>()) {
            options.questions.targets.push_back(target_of(text));
        }
    }
    if (values.contains("decide-by")) {
        const std::string text = values["decide-by"].as<std::string>();
        const auto metric = enumerator_named<DecideBy>(text);
        if (!metric) {
            throw configuration_error(fmt::format("--decide-by is {}", text),
                                      "give loss or accuracy");
        }
        options.questions.decide_by = *metric;
    }
    if (values.contains("memory")) {
        options.questions.memory_bytes = bytes_of(values["memory"].as<std::string>());
    }
    if (values.contains("claims")) {
        options.questions.claims = read_claims_file(values["claims"].as<std::string>());
    }
    if (values.contains("language")) {
        options.language = language_of(values["language"].as<std::string>());
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
            "Reads result files of batchscope-train and answers: is a larger batch better? It "
            "prints the verdicts\n"
            "and tables of each study and writes\n"
            "  report.html   verdicts, charts, tables and the health of the data: one file, "
            "readable offline\n"
            "  figures/      every chart of it as SVG and PNG\n"
            "  summary.json  every answer with its numbers\n"
            "  summary.csv   a row per batch size, other axes and metric\n"
            "  runs.csv      a row per file\n"
            "Of a folder it reads every *.h5 in it and in its direct subfolders.\n\n"
         << visible_options()
         << "\nExit codes: 0 all files read; 3 some files skipped (they are named, the rest is "
            "analysed),\n"
            "or no run that counts; 2 wrong option; 1 the report cannot be written.\n";
    return text.str();
}

}  // namespace batchscope
