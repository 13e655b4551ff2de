// batchscope-analyze: reads result files, prints the answers and tables of each study and writes
// report.html with its charts, CSV and JSON files.

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "analysis/answers/study_answers.hpp"
#include "analysis/charts/png.hpp"
#include "analysis/charts/svg.hpp"
#include "analysis/command_line.hpp"
#include "analysis/report/csv.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/json.hpp"
#include "analysis/report/report.hpp"
#include "analysis/report/terminal.hpp"
#include "analysis/runs/run_collection.hpp"
#include "analysis/runs/summary.hpp"
#include "core/error.hpp"
#include "core/file_io.hpp"
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
                       [](const StudySummary& study) { return any_run_counts(study); });
}

void write_chart(const std::filesystem::path& folder, const NamedChart& chart) {
    const std::string svg = render_svg(chart.chart, {.standalone = true}).text;
    write_text_file(folder / (chart.name + ".svg"), svg);
    if (can_render_png()) {
        write_text_file(folder / (chart.name + ".png"), render_png(svg));
    }
}

/// report.html, and each of its charts as SVG and PNG, for papers: a thread for each core, since
/// a picture takes a tenth of a second.
void write_page_and_charts(const std::filesystem::path& output, const HtmlPage& page) {
    write_text_file(output / "report.html", page.html);
    std::atomic<std::size_t> next = 0;
    const auto write_charts = [&] {
        for (std::size_t i = next++; i < page.charts.size(); i = next++) {
            write_chart(output / "figures", page.charts[i]);
        }
    };
    std::vector<std::future<void>> threads(std::max(1U, std::thread::hardware_concurrency()));
    for (std::future<void>& thread : threads) {
        thread = std::async(std::launch::async, write_charts);
    }
    for (std::future<void>& thread : threads) {
        thread.get();
    }
}

ExitCode analyze(const AnalysisOptions& options) {
    const RunCollection collection = collect_runs(options.paths);
    const std::vector<StudySummary> studies =
        summarise(collection, options.questions.margins.confidence);
    const Phrases phrases(options.language);
    std::vector<StudyAnswers> answers;
    for (const StudySummary& study : studies) {
        answers.push_back(answer_all(study, options.questions));
    }
    const Document document = report_document(answers, collection.skipped, phrases);
    print(render_terminal(document, phrases));
    for (const Table& table :
         {runs_table(studies), summary_table(studies, options.questions.margins.confidence)}) {
        write_text_file(options.output / (table.name + ".csv"), render_csv(table));
    }
    write_text_file(options.output / "summary.json", summary_json(answers, collection.skipped));
    const HtmlPage page = render_html(document, phrases);
    write_page_and_charts(options.output, page);
    print(phrases("Wrote {0}/report.html, {1} charts as {2} in {0}/figures, and "
                  "{0}/summary.json, {0}/summary.csv and {0}/runs.csv",
                  options.output.string(), page.charts.size(), phrases(chart_formats())) +
          "\n");
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
        print(fmt::format("batchscope-analyze {}\n", version_and_commit()));
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
