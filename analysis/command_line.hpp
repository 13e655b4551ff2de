#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/answers/study_answers.hpp"
#include "analysis/language/phrases.hpp"

namespace batchscope {

/// What the user asked batchscope-analyze for.
struct AnalysisOptions {
    std::vector<std::filesystem::path> paths;
    std::filesystem::path output = "report";
    AnswerOptions questions;
    Language language = Language::english;
    bool help = false;
    bool version = false;
};

/// Reads the command line. Throws Error (configuration) for an unknown option, with the nearest
/// name, for a wrong value and where no path is given.
[[nodiscard]] AnalysisOptions parse_command_line(int argc, const char* const* argv);

/// The text of --help.
[[nodiscard]] std::string help_text();

}  // namespace batchscope
