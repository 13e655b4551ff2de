#include "core/command_line.hpp"

#include <gtest/gtest.h>

#include <boost/program_options/value_semantic.hpp>
#include <initializer_list>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace batchscope::tests_of_command_line {
namespace {

namespace po = boost::program_options;

po::options_description example_options() {
    po::options_description options("Options");
    options.add_options()("help,h", "help")("output", po::value<std::string>(), "folder")(
        "margin", po::value<double>()->default_value(0.5), "margin")(
        "set", po::value<std::vector<std::string>>()->composing(), "override")(
        "file", po::value<std::vector<std::string>>(), "files");
    return options;
}

po::variables_map parse(std::vector<std::string> words) {
    words.insert(words.begin(), "program");
    std::vector<char*> pointers;
    for (std::string& word : words) {
        pointers.push_back(word.data());
    }
    po::positional_options_description positional;
    positional.add("file", -1);
    return parse_command_line(example_options(), static_cast<int>(pointers.size()), pointers.data(),
                              {}, positional);
}

/// The error of a command line, which must have one.
Error refusal(std::vector<std::string> words) {
    try {
        (void)parse(std::move(words));
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "was accepted";
    return run_time_error("", "");
}

TEST(CommandLine, ReadsOptionsDefaultsRepeatsAndPositions) {
    const auto values =
        parse({"a.h5", "--output", "out", "--set=x=1", "--set", "y=[1,2]", "-h", "b.h5"});
    EXPECT_EQ(values["output"].as<std::string>(), "out");
    EXPECT_EQ(values["margin"].as<double>(), 0.5);
    EXPECT_EQ(values["set"].as<std::vector<std::string>>(),
              (std::vector<std::string>{"x=1", "y=[1,2]"}));
    EXPECT_EQ(values["file"].as<std::vector<std::string>>(),
              (std::vector<std::string>{"a.h5", "b.h5"}));
    EXPECT_EQ(values.count("help"), 1U);
    EXPECT_EQ(parse({}).count("help"), 0U);
}

TEST(CommandLine, NamesTheNearestOption) {
    const Error error = refusal({"--ouptut", "out"});
    EXPECT_EQ(error.code(), ExitCode::configuration);
    EXPECT_EQ(error.problem(), "unknown option --ouptut");
    EXPECT_EQ(error.remedy(), "did you mean --output? (all options: --help)");
}

TEST(CommandLine, GuessesNoNameFarFromAll) {
    EXPECT_EQ(refusal({"--frobnicate-everything"}).remedy(), "see --help");
}

// --out for --output would hide a misspelt option.
TEST(CommandLine, TakesNoAbbreviation) {
    EXPECT_EQ(refusal({"--out", "x"}).problem(), "unknown option --out");
}

TEST(CommandLine, RefusesWrongAndMissingValues) {
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"--margin", "wide"}, {"--output"}, {"--output", "a", "--output", "b"}, {"-x"}}) {
        const Error error = refusal(words);
        EXPECT_EQ(error.code(), ExitCode::configuration);
        EXPECT_NE(error.problem().find(words.front()), std::string::npos) << error.what();
    }
}

}  // namespace
}  // namespace batchscope::tests_of_command_line
