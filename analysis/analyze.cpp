// batchscope-analyze: reads result files, prints a table per study and writes CSV files.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>

#include "analysis/command_line.hpp"
#include "analysis/questions/larger_batch.hpp"
#include "analysis/report/csv.hpp"
#include "analysis/report/study_report.hpp"
#include "analysis/report/verdict_report.hpp"
#include "analysis/runs/run_collection.hpp"
#include "analysis/runs/summary.hpp"
#include "core/error.hpp"
#include "core/version.hpp"

namespace batchscope {
namespace {

void print(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() ||
        std::fflush(stdout) != 0) {
        throw run_time_error("cannot print the report", "check where the output is sent to");
    }
}

bool any_run_counts(const std::vector<StudySummary>& studies) {
    return std::any_of(studies.begin(), studies.end(),
                       [](const StudySummary& study) { return !study.groups.empty(); });
}

ExitCode analyze(const AnalysisOptions& options) {
    const RunCollection collection = collect_runs(options.paths);
    const std::vector<StudySummary> studies = summarise(collection, options.margins.confidence);
    const Phrases phrases(options.language);
    for (const StudySummary& study : studies) {
        for (const Recipe& recipe : recipes_of(study)) {
            print(verdict_report(recipe, is_larger_better(recipe, Budget{}, options.margins),
                                 options.margins, phrases) +
                  "\n");
        }
        print(study_report(study, options.margins.confidence) + "\n");
    }
    print(skipped_report(collection.skipped));
    write_report_file(options.output / "runs.csv", runs_csv(studies));
    write_report_file(options.output / "summary.csv",
                      summary_csv(studies, options.margins.confidence));
    print(fmt::format("Wrote {0}/runs.csv and {0}/summary.csv\n", options.output.string()));
    if (!any_run_counts(studies)) {
        throw data_error("no run among these files counts",
                         "let a run finish, or see above why each file does not count");
    }
    return collection.skipped.empty() ? ExitCode::success : ExitCode::data;
}

ExitCode run(int argc, const char* const* argv) {
    const AnalysisOptions options = parse_command_line(argc, argv);
    if (options.help) {
        print(help_text());
        return ExitCode::success;
    }
    if (options.version) {
        print(fmt::format("batchscope-analyze {}\n", version));
        return ExitCode::success;
    }
    return analyze(options);
}

}  // namespace
}  // namespace batchscope

int main(int argc, char** argv) {
    using namespace batchscope;
    // fputs, since fmt::print throws where stderr cannot be written.
    try {
        return static_cast<int>(run(argc, argv));
    } catch (const Error& error) {
        std::fputs(fmt::format("batchscope-analyze: {}\n", error.what()).c_str(), stderr);
        return static_cast<int>(error.code());
    } catch (const std::exception& error) {
        std::fputs(fmt::format("batchscope-analyze: {}\n", error.what()).c_str(), stderr);
        return static_cast<int>(ExitCode::run_time);
    }
}
