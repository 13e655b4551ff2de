#include "analysis/report/study_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/report/data_health.hpp"
#include "analysis/report/sharpness_report.hpp"
#include "analysis/report/table.hpp"
#include "analysis/runs/axis_names.hpp"

namespace batchscope {

namespace {

struct Column {
    const char* metric;
    std::string heading;
    int decimals;  ///< the least
};

struct Block {
    std::string title;
    std::vector<Column> columns;
};

std::vector<Block> blocks(const StudySummary& study, const Phrases& phrases) {
    const std::string train = phrases("train");
    const std::string validation = phrases("validation");
    const std::string test = phrases("test");
    const std::string split = phrases(study.out_of_sample);
    return {
        {phrases("Loss"),
         {{"train_loss", train, 4}, {"validation_loss", validation, 4}, {"test_loss", test, 4}}},
        {phrases("Accuracy (fraction)"),
         {{"train_accuracy", train, 4},
          {"validation_accuracy", validation, 4},
          {"test_accuracy", test, 4}}},
        {phrases("Generalization gap ({0} - train loss, train - {0} accuracy) and speed", split),
         {{"gap_loss", phrases("gap loss"), 4},
          {"gap_accuracy", phrases("gap accuracy"), 4},
          {"examples_per_second", phrases("examples/s"), 0},
          {"seconds_per_step", phrases("s/step"), 0}}}};
}

const Estimate& estimate_of(const Group& group, const std::string& metric) {
    const auto found = std::find_if(metrics.begin(), metrics.end(),
                                    [&metric](const Metric& m) { return m.name == metric; });
    return group.estimates[static_cast<std::size_t>(found - metrics.begin())];
}

bool is_recorded(const StudySummary& study, const Column& column) {
    return std::any_of(study.groups.begin(), study.groups.end(), [&column](const Group& group) {
        return estimate_of(group, column.metric).n > 0;
    });
}

std::string block_text(const StudySummary& study, const Block& block, const Phrases& phrases) {
    std::vector<Column> columns;
    std::copy_if(block.columns.begin(), block.columns.end(), std::back_inserter(columns),
                 [&study](const Column& column) { return is_recorded(study, column); });
    if (columns.empty()) {
        return {};
    }
    std::vector<std::string> header = row_header(study, phrases);
    for (const Column& column : columns) {
        header.push_back(column.heading);
    }
    TextTable table(header);
    for (const Group& group : study.groups) {
        const auto runs = static_cast<std::int64_t>(group.runs.size());
        std::vector<std::string> cells = row_cells(study, group);
        for (const Column& column : columns) {
            cells.push_back(
                format_estimate(estimate_of(group, column.metric), column.decimals, runs));
        }
        table.add_row(std::move(cells));
    }
    return fmt::format("\n{}{}", wrapped(block.title, 0), table.text());
}

std::string heading(const StudySummary& study, const Phrases& phrases) {
    return phrases("Study {}: {} files, {}", study.name, study.runs.size(),
                   standings_text(study, phrases)) +
           '\n';
}

std::string uncounted_report(const StudySummary& study, const Phrases& phrases) {
    std::string text;
    for (const auto& [standing, runs] : uncounted_runs(study)) {
        text += fmt::format("\n{}:\n", uncounted_heading(standing, runs.size(), phrases));
        for (const AnalyzedRun* run : runs) {
            text += fmt::format("  {}\n", uncounted_line(*run, phrases));
        }
    }
    return text;
}

std::string missing_report(const StudySummary& study, const Phrases& phrases) {
    if (study.grid_is_sparse) {
        return '\n' + wrapped(missing_heading(study, phrases), 0);
    }
    if (study.missing.empty()) {
        return {};
    }
    std::string text = fmt::format("\n{}:\n", missing_heading(study, phrases));
    for (const MissingPoints& missing : study.missing) {
        text += fmt::format("  {}\n", missing_line(missing, study, phrases));
    }
    return text;
}

std::string notes(const StudySummary& study, const Phrases& phrases) {
    std::string text;
    const bool aliases = std::any_of(study.groups.begin(), study.groups.end(),
                                     [](const Group& group) { return group.aliases > 0; });
    if (aliases) {
        text +=
            wrapped(phrases("* has runs that stand in another row, too: equal settings, trained "
                            "once."),
                    2);
    }
    for (const std::string& note : study_notes(study, phrases)) {
        text += wrapped(note, 2);
    }
    return text.empty() ? text : "\n" + text;
}

}  // namespace

std::string study_report(const StudySummary& study, double confidence, const Phrases& phrases) {
    std::string text = heading(study, phrases);
    if (study.groups.empty()) {
        text += phrases("No run counts: nothing to average.") + '\n';
    } else {
        text += wrapped(phrases("Mean over the seeds (n runs) ± half-width of the {:.6g} % Student "
                                "interval, all figures at the final weights.",
                                100 * confidence),
                        0);
        for (const Block& block : blocks(study, phrases)) {
            text += block_text(study, block, phrases);
        }
        text += sharpness_report(study, phrases);
    }
    return text + notes(study, phrases) + uncounted_report(study, phrases) +
           missing_report(study, phrases);
}

std::vector<std::string> row_header(const StudySummary& study, const Phrases& phrases) {
    std::vector<std::string> header{phrases("batch")};
    for (const std::string& name : short_axis_names(study.axis_keys)) {
        header.push_back(name);
    }
    header.emplace_back("n");
    return header;
}

std::vector<std::string> row_cells(const StudySummary& study, const Group& group) {
    std::vector<std::string> cells{fmt::format("{}", group.batch_size)};
    for (const std::string& key : study.axis_keys) {
        cells.push_back(axis_text(group.axes.at(key)));
    }
    cells.push_back(fmt::format("{}{}", group.runs.size(), group.aliases > 0 ? "*" : ""));
    return cells;
}

std::string skipped_report(const std::vector<SkippedFile>& skipped, const Phrases& phrases) {
    std::string text;
    if (!skipped.empty()) {
        text += phrases("Skipped ({}):", skipped.size()) + '\n';
    }
    for (const SkippedFile& file : skipped) {
        text += fmt::format("  {}: {}\n", file.file.string(), file.reason);
    }
    return text;
}

}  // namespace batchscope
