#include "diagnosis/finding.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace batchscope {

namespace {

constexpr std::size_t page_width = 80;
/// Leaves room for dots and the longest outcome.
constexpr std::size_t text_width = 66;

std::string outcome_text(Outcome outcome) {
    switch (outcome) {
        case Outcome::ok:
            return "ok";
        case Outcome::warning:
            return "WARNING";
        case Outcome::failed:
            return "FAILED";
        case Outcome::not_checked:
            break;
    }
    return "not checked";
}

/// Breaks a text between words into lines of at most `width`, the first after `first_indent`, the
/// others after `indent`; a longer word (a path) stays whole.
std::vector<std::string> wrapped(const std::string& text, std::size_t width,
                                 const std::string& first_indent, const std::string& indent) {
    std::istringstream words(text);
    std::vector<std::string> lines{first_indent};
    bool line_is_empty = true;
    for (std::string word; words >> word;) {
        std::string& line = lines.back();
        if (line_is_empty || line.size() + 1 + word.size() <= width) {
            line += (line_is_empty ? "" : " ") + word;
        } else {
            lines.push_back(indent + word);
        }
        line_is_empty = false;
    }
    return lines;
}

std::size_t count(const std::vector<Finding>& findings, Outcome outcome) {
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(),
                      [&](const Finding& finding) { return finding.outcome == outcome; }));
}

}  // namespace

std::string seconds_text(double seconds) {
    return seconds < 1e-3  ? fmt::format("{:.1f} us", seconds * 1e6)
           : seconds < 1.0 ? fmt::format("{:.2f} ms", seconds * 1e3)
                           : fmt::format("{:.2f} s", seconds);
}

Finding passed(std::string what) {
    return {Outcome::ok, std::move(what), {}};
}

Finding warned(std::string what, std::string remedy) {
    return {Outcome::warning, std::move(what), std::move(remedy)};
}

Finding failed(std::string what, std::string remedy) {
    return {Outcome::failed, std::move(what), std::move(remedy)};
}

Finding not_checked(std::string what) {
    return {Outcome::not_checked, std::move(what), {}};
}

std::string finding_text(const Finding& finding) {
    const std::string outcome = outcome_text(finding.outcome);
    std::vector<std::string> lines = wrapped(finding.what, text_width, "", "  ");
    const std::size_t room_for_outcome = outcome.size() + 3;
    if (lines.back().size() + room_for_outcome > page_width) {
        lines.emplace_back(" ");
    }
    std::string& last = lines.back();
    last += ' ' + std::string(page_width - last.size() - outcome.size() - 2, '.') + ' ' + outcome;
    if (!finding.remedy.empty()) {
        const auto remedy = wrapped("remedy: " + finding.remedy, page_width, "  ", "    ");
        lines.insert(lines.end(), remedy.begin(), remedy.end());
    }
    return fmt::format("{}", fmt::join(lines, "\n"));
}

std::string verdict_text(const std::vector<Finding>& findings) {
    const std::size_t failures = count(findings, Outcome::failed);
    const std::size_t warnings = count(findings, Outcome::warning);
    return fmt::format("Verdict: {} ({} failed, {} warning{}, {} not checked)",
                       failures == 0 ? "ok to train here" : "FAILED, do not train here yet",
                       failures, warnings, warnings == 1 ? "" : "s",
                       count(findings, Outcome::not_checked));
}

ExitCode exit_code_of(const std::vector<Finding>& findings) {
    return count(findings, Outcome::failed) == 0 ? ExitCode::success : ExitCode::environment;
}

}  // namespace batchscope
