#include "analysis/report/study_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>

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

std::vector<Block> blocks(const StudySummary& study) {
    const std::string& split = study.out_of_sample;
    return {{"Loss",
             {{"train_loss", "train", 4},
              {"validation_loss", "validation", 4},
              {"test_loss", "test", 4}}},
            {"Accuracy (fraction)",
             {{"train_accuracy", "train", 4},
              {"validation_accuracy", "validation", 4},
              {"test_accuracy", "test", 4}}},
            {fmt::format("Generalization gap ({0} - train loss, train - {0} accuracy) and speed",
                         split),
             {{"gap_loss", "gap loss", 4},
              {"gap_accuracy", "gap accuracy", 4},
              {"examples_per_second", "examples/s", 0},
              {"seconds_per_step", "s/step", 0}}}};
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

std::string axis_text(const AttributeValue& value) {
    const std::string text = to_text(value);
    return text.empty() ? "-" : text;
}

/// "batch 64, linear, 0.1"
std::string row_name(std::int64_t batch_size, const std::map<std::string, AttributeValue>& axes,
                     const StudySummary& study) {
    std::string name = fmt::format("batch {}", batch_size);
    const std::vector<std::string> names = short_axis_names(study.axis_keys);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (const auto value = axes.find(study.axis_keys[i]); value != axes.end()) {
            name += fmt::format(", {} {}", names[i], axis_text(value->second));
        }
    }
    return name;
}

std::string block_text(const StudySummary& study, const Block& block) {
    std::vector<Column> columns;
    std::copy_if(block.columns.begin(), block.columns.end(), std::back_inserter(columns),
                 [&study](const Column& column) { return is_recorded(study, column); });
    if (columns.empty()) {
        return {};
    }
    std::vector<std::string> header = row_header(study);
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
    return fmt::format("\n{}\n{}", block.title, table.text());
}

std::map<Standing, std::vector<const AnalyzedRun*>> uncounted_runs(const StudySummary& study) {
    std::map<Standing, std::vector<const AnalyzedRun*>> uncounted;
    for (const auto& [run, source, standing] : study.runs) {
        if (standing != Standing::counted) {
            uncounted[standing].push_back(run);
        }
    }
    return uncounted;
}

std::string heading(const StudySummary& study) {
    std::size_t counted = study.runs.size();
    std::string rest;
    for (const auto& [standing, runs] : uncounted_runs(study)) {
        counted -= runs.size();
        rest += fmt::format(", {} {}", runs.size(), to_string(standing));
    }
    const auto aliases =
        std::count_if(study.runs.begin(), study.runs.end(), [](const JudgedRun& judged) {
            return judged.standing == Standing::counted && judged.source != judged.run;
        });
    counted -= static_cast<std::size_t>(aliases);
    if (aliases > 0) {
        rest += fmt::format(", {} of the same settings as another", aliases);
    }
    return fmt::format("Study {}: {} files, {} runs counted{}\n", study.name, study.runs.size(),
                       counted, rest);
}

std::string uncounted_report(const StudySummary& study) {
    std::string text;
    for (const auto& [standing, runs] : uncounted_runs(study)) {
        text += fmt::format("\nIn no mean, {} ({}):\n", to_string(standing), runs.size());
        for (const AnalyzedRun* run : runs) {
            text += fmt::format("  {}", run->file.filename().string());
            text += run->alias_of.empty() ? "" : fmt::format(" (alias of {})", run->alias_of);
            text += run->reason.empty() ? "\n" : fmt::format(": {}\n", run->reason);
        }
    }
    return text;
}

std::string missing_report(const StudySummary& study) {
    if (study.grid_is_sparse) {
        return "\nMissing grid points are not listed: the values seen span far more points than "
               "there are "
               "files.\n";
    }
    if (study.missing.empty()) {
        return {};
    }
    std::size_t points = 0;
    std::string lines;
    for (const MissingPoints& missing : study.missing) {
        points += missing.seeds.size();
        lines += fmt::format("  {}: seed {}\n", row_name(missing.batch_size, missing.axes, study),
                             fmt::join(missing.seeds, ", "));
    }
    return fmt::format("\nWithout a file, of the grid of all values seen ({}):\n{}", points, lines);
}

std::string notes(const StudySummary& study) {
    std::string text;
    const bool aliases = std::any_of(study.groups.begin(), study.groups.end(),
                                     [](const Group& group) { return group.aliases > 0; });
    if (aliases) {
        text += "* has runs that stand in another row, too: equal settings, trained once.\n";
    }
    if (study.out_of_sample == "validation" && !study.groups.empty()) {
        text += "No test split: the gaps are those of the validation split.\n";
    }
    if (!study.separated_by.empty()) {
        text += fmt::format("Kept apart since the configurations of equal points differ in: {}.\n",
                            fmt::join(study.separated_by, ", "));
    }
    if (study.data_hashes.size() > 1) {
        text += fmt::format(
            "Warning: the runs were trained on {} different data sets (see data_hash in "
            "runs.csv).\n",
            study.data_hashes.size());
    }
    for (const Group& group : study.groups) {
        if (group.identical_seeds) {
            text += fmt::format(
                "Warning: {}: all seeds gave the very same figures; was a file copied?\n",
                row_name(group.batch_size, group.axes, study));
        }
    }
    return text.empty() ? text : "\n" + text;
}

}  // namespace

std::string study_report(const StudySummary& study, double confidence) {
    std::string text = heading(study);
    if (study.groups.empty()) {
        text += "No run counts: nothing to average.\n";
    } else {
        text += fmt::format(
            "Mean over the seeds (n runs) ± half-width of the {:.6g} % Student interval,\n"
            "all figures at the final weights.\n",
            100 * confidence);
        for (const Block& block : blocks(study)) {
            text += block_text(study, block);
        }
        text += sharpness_report(study);
    }
    return text + notes(study) + uncounted_report(study) + missing_report(study);
}

std::vector<std::string> row_header(const StudySummary& study) {
    std::vector<std::string> header{"batch"};
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

std::string skipped_report(const std::vector<SkippedFile>& skipped) {
    std::string text;
    if (!skipped.empty()) {
        text += fmt::format("Skipped ({}):\n", skipped.size());
    }
    for (const auto& [file, reason] : skipped) {
        text += fmt::format("  {}: {}\n", file.string(), reason);
    }
    return text;
}

}  // namespace batchscope
